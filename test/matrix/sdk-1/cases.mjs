/** Readers of OpenTelemetry's 1.x line. */
import { readerCases } from '../program/sdk-cases.mjs';

export const cases = readerCases();
