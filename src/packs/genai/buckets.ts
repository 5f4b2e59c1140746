/** Boundaries that several metrics have, as OpenTelemetry's conventions advise them. */

/** Seconds of an operation: 10 ms to 82 s, each twice the one before. */
export const operationSeconds = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
/** Tokens of an operation: 1 to 67 million, each four times the one before. */
export const operationTokens = Array.from({ length: 14 }, (_, power) => 4 ** power);
