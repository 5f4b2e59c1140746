/**
 * The error table: every code this package can throw or report, what happened, and what to do.
 *
 * Enters: a code and its details. Leaves: a `MetricsError`. Imports nothing, so that every room may use it.
 */

const table = {
  METRICS_CATALOGUE_INVALID: {
    what: 'A catalogue has problems',
    remedy: 'Correct the definitions listed; nothing of the catalogue was created.',
  },
  METRICS_DUPLICATE_NAME: {
    what: 'One metric name is defined in two catalogues',
    remedy: 'Rename one of the metrics, or give one catalogue a namespace.',
  },
  METRICS_OPTIONS_INVALID: {
    what: 'Options given in code are not valid',
    remedy: 'Correct the options listed; nothing was started.',
  },
  METRICS_FILE_INVALID: {
    what: 'The configuration file cannot be used',
    remedy: 'Correct what is listed; until then nothing of the file has an effect, and what code configures runs.',
  },
  METRICS_PORT_IN_USE: {
    what: 'The port of the metrics endpoint is in use',
    remedy: 'Choose another port (OTEL_EXPORTER_PROMETHEUS_PORT; 0 takes any free one), or stop the other program.',
  },
  METRICS_ENDPOINT_UNPROTECTED: {
    what: 'The metrics endpoint would be open to everybody who can reach it',
    remedy: 'Protect it, listen on localhost, or say that it is meant to be open; until then it is not opened.',
  },
  METRICS_LISTEN_FAILED: {
    what: 'The metrics endpoint could not listen',
    remedy: 'Check host and port (OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT).',
  },
} as const;

/** Stable identifier of an error. Match on it instead of `instanceof`: two copies of the package may coexist. */
export type MetricsErrorCode = keyof typeof table;

/** One thing that is wrong: where, the value found, and what was expected instead. */
export interface Problem {
  /** Path of the offending thing, such as `orders.unit` or `OTEL_METRIC_EXPORT_INTERVAL`. */
  readonly where: string;
  /** What was found there; absent when nothing was. */
  readonly value?: unknown;
  /** What would have been right, as a noun phrase. */
  readonly expected: string;
}

/**
 * The one error class of the package; `code` says which, `problems` lists everything that was wrong.
 *
 * Thrown at definition and at start-up only. Recording never throws.
 *
 * @example
 * import { MetricsError, startMetrics } from 'otelier';
 * try {
 *   startMetrics({ shutdownTimeoutMs: -1 });
 * } catch (error) {
 *   if ((error as MetricsError).code === 'METRICS_OPTIONS_INVALID') console.error((error as MetricsError).problems);
 * }
 */
export class MetricsError extends Error {
  readonly code: MetricsErrorCode;
  declare readonly problems: readonly Problem[];

  constructor(code: MetricsErrorCode, problems: readonly Problem[], options?: { cause?: unknown }) {
    const { what, remedy } = table[code];
    const list = problems.map((problem) => `\n  - ${renderProblem(problem)}`).join('');
    super(`${what}:${list}\n  ${remedy} [${code}]`, options);
    this.name = 'MetricsError';
    this.code = code;
    // Not enumerable: Node would print all of it again below an uncaught error's message.
    Object.defineProperty(this, 'problems', { value: problems });
  }
}

/** All codes, for the documentation test. */
export const metricsErrorCodes = Object.keys(table) as MetricsErrorCode[];

/** `where: got <value>, expected <expected>` on one line, the value cut at 80 characters. */
export function renderProblem(problem: Problem): string {
  if (!('value' in problem)) return `${problem.where}: expected ${problem.expected}`;
  return `${problem.where}: got ${renderValue(problem.value)}, expected ${problem.expected}`;
}

/** Objects are told by their kind alone: what they hold may be secret. */
function renderValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return `the function ${value.name}`;
  if (typeof value === 'object' && value !== null && !isListOfPlain(value)) {
    return `an object (${value.constructor?.name ?? 'Object'})`;
  }
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function isListOfPlain(value: object): boolean {
  return Array.isArray(value) && value.every((item) => ['string', 'number', 'boolean'].includes(typeof item));
}

/** Returns the message of a thrown value of any type; never throws. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message) || String(thrown.name);
    return String(thrown ?? 'unknown error');
  } catch {
    return 'unprintable error';
  }
}
