/** OpenTelemetry's 3.x line on each version of Node that it supports. */
import { nodeSdkCases, readerCases } from '../program/sdk-cases.mjs';

export const cases = Object.fromEntries(
  ['node-22', 'node-24'].flatMap((version) => {
    const command = ({ npmNode }) => npmNode(version);
    const all = { ...nodeSdkCases(command), ...readerCases(command) };
    return Object.entries(all).map(([title, work]) => [`${version}, ${title}`, work]);
  }),
);
