/** OpenTelemetry's 2.x line, which supports Node 20. */
import { nodeSdkCases, readerCases } from '../program/sdk-cases.mjs';

export const cases = { ...nodeSdkCases(), ...readerCases() };
