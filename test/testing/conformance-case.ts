/** Cases of the conformance suite for the line backend. */
import { backendConformance, type ConformanceCaseName } from 'otelier/testing/backend';
import { lineSubject } from './line-backend.js';

/** Cases that fail only after waiting several seconds for a condition; their failures are tested in the slow suite. */
export const slowFailures: readonly ConformanceCaseName[] = [
  'shuts down once when called repeatedly',
  'leaves nothing open after shutdown',
  'does not keep the process alive',
];

/** Returns one case for a line backend that is broken to fail it. */
export function brokenCase(name: ConformanceCaseName) {
  const found = backendConformance(lineSubject(name)).find((each) => each.name === name);
  if (found === undefined) throw new Error(`unknown case ${name}`);
  return found;
}
