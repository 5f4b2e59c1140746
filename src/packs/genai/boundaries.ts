/** Bucket boundaries that several metrics share, as OpenTelemetry's conventions advise. */

/** Seconds of an operation: 10 ms to 82 s, doubling. */
export const operationSeconds = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
/** Tokens of an operation: 1 to 67 million, quadrupling. */
export const operationTokens = Array.from({ length: 14 }, (_, power) => 4 ** power);
