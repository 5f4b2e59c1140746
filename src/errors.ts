/** The error table: every error code of this package with its meaning and remedy, and the error class that carries it. */
import { cut, cutEnd, minUrlLength, variableNames } from './errors/cut.js';

export { cut };

const table = {
  METRICS_CATALOGUE_INVALID: {
    summary: 'The catalogue is invalid',
    remedy: 'Correct the listed definitions; the catalogue was not created.',
  },
  METRICS_DUPLICATE_NAME: {
    summary: 'Two catalogues define the same metric name',
    remedy: 'Rename one of the metrics, or give one catalogue a namespace.',
  },
  METRICS_NOT_AN_INSTRUMENT: {
    summary: 'A metric definition was used as an instrument',
    remedy: 'Record through the listed instrument; nothing was recorded.',
  },
  METRICS_OPTIONS_INVALID: {
    summary: 'Options are invalid',
    remedy: 'Correct the listed options; what depends on them was not started or created.',
  },
  METRICS_FILE_INVALID: {
    summary: 'The configuration file is invalid',
    remedy: 'Correct the listed entries; until then the whole file is ignored and only options given in code apply.',
  },
  METRICS_PACKAGE_MISSING: {
    summary: 'An optional package is not installed',
    remedy: 'Install the listed package, or choose the alternative; until then, the part that needs it is disabled.',
  },
  METRICS_PANEL_INVALID: {
    summary: 'A query, panel, dashboard or rule is invalid',
    remedy: 'Correct the listed values; nothing was generated.',
  },
  METRICS_PORT_IN_USE: {
    summary: 'The port of the metrics endpoint is in use',
    remedy: 'Choose another port (OTEL_EXPORTER_PROMETHEUS_PORT; 0 selects a free port), or stop the other program.',
  },
  METRICS_ENDPOINT_UNPROTECTED: {
    summary: 'The metrics endpoint would be reachable from other machines without authentication',
    remedy:
      'Listen on localhost, configure users, bearerTokens, tlsClientCaFile or webConfigFile, or allow open access; until ' +
      'then the endpoint stays closed.',
  },
  METRICS_LISTEN_FAILED: {
    summary: 'The metrics endpoint could not listen',
    remedy: 'Check the host and the port (OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT).',
  },
} as const;

/** Stable identifier of an error. Match on it instead of `instanceof`: two copies of the package may coexist. */
export type MetricsErrorCode = keyof typeof table;

/** One invalid value: its location, the value found and the value expected. */
export interface Problem {
  /** Location of the value, such as `orders.unit` or `OTEL_METRIC_EXPORT_INTERVAL`. */
  readonly where: string;
  /** Value found; absent when no value was found or the value may be secret. */
  readonly value?: unknown;
  /** Expected value, as a noun phrase. */
  readonly expected: string;
  /** Words in messages in place of `value` and `expected`, where other words are clearer. */
  readonly statement?: string | undefined;
  /** Nearest valid spelling; `undefined` when no valid spelling is close. */
  readonly suggestion?: string | undefined;
}

/**
 * The one error class of the package. `code` identifies the error, `problems` lists everything that is invalid.
 *
 * Thrown at definition and startup, and by calls of a definition as if it were an instrument. Recording never throws.
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

  /** @param options `remedy` instead of the one of the code, for a call with other consequences. */
  constructor(code: MetricsErrorCode, problems: readonly Problem[], options?: { cause?: unknown; remedy?: string }) {
    requireArgument('MetricsError: code', code, Object.hasOwn(table, code), 'a code of docs/errors.md');
    requireArgument('MetricsError: problems', problems, Array.isArray(problems), 'a list of problems');
    const { summary, remedy: usual } = table[code];
    const remedy = options?.remedy ?? usual;
    const list = problems.map((problem) => `\n  - ${renderProblem(problem)}`).join('');
    super(`${summary}:${list}\n  ${remedy} [${code}]`, options);
    this.name = 'MetricsError';
    this.code = code;
    // Not enumerable: Node would repeat the list below the message of an uncaught error.
    Object.defineProperty(this, 'problems', { value: problems });
  }
}

/**
 * Checks an argument of a function that reports nothing else.
 *
 * @param where name of the function and of the parameter, such as `promlint: exposition`.
 * @throws {TypeError} if the argument is not valid; the message names it.
 */
export function requireArgument(where: string, value: unknown, isValid: boolean, expected: string): void {
  if (!isValid) throw new TypeError(renderProblem({ where, value, expected }));
}

/** Reports a value in place of an object of options. */
export function wrongObject(where: string, value: unknown, expected = 'an object with options'): Problem[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? [] : [{ where, value, expected }];
}

/**
 * Returns an error whose locations name what set the options; any other error unchanged.
 *
 * @param room name before the options in the locations, such as `otlp` in `otlp.protocol`.
 */
export function relocated(error: unknown, room: string, sourceOf?: (option: string) => string): unknown {
  if (!isMetricsError(error) || sourceOf === undefined) return error;
  const name = new RegExp(`(?<![\\w/.])${room}\\.(\\w+)`, 'g');
  const locate = (where: string) => where.replace(name, (_, option: string) => sourceOf(option));
  const problems = error.problems.map((problem) => {
    const where = locate(problem.where);
    // The expected value may name the variable that is now the location.
    return { ...problem, where, expected: problem.expected.replace(` (${where})`, '') };
  });
  return new MetricsError(error.code, problems, error.cause === undefined ? undefined : { cause: error.cause });
}

/** Consequence of an error that is logged instead of thrown. */
const consequences: Readonly<Partial<Record<MetricsErrorCode, string>>> = {
  METRICS_OPTIONS_INVALID: '; not started',
  METRICS_FILE_INVALID: '; the file is ignored',
  METRICS_PACKAGE_MISSING: '; disabled',
  METRICS_PORT_IN_USE: '; not opened',
  METRICS_ENDPOINT_UNPROTECTED: '; closed',
  METRICS_LISTEN_FAILED: '; not opened',
};

/** Returns the lines about an error for the log: one for each problem, with its consequence and the code. */
export function logLines(error: Error): string[] {
  if (!isMetricsError(error)) return [error.message];
  const end = `${consequences[error.code] ?? ''} [${error.code}]`;
  return error.problems.map((problem) => renderConsequence(problem, end));
}

/** Reports whether an error is a `MetricsError` of any copy of this package. */
export function isMetricsError(error: unknown): error is MetricsError {
  return error instanceof Error && error.name === 'MetricsError';
}

/** An optional package that an option needs. */
export interface OptionalPackage {
  readonly name: string;
  /** Option that needs the package, and its value. */
  readonly where: string;
  readonly value: unknown;
  /** Alternative without the package, as a phrase after "or". */
  readonly alternative?: string;
}

/**
 * Returns the error of an optional package that could not be loaded.
 *
 * @param cause error of the attempt to load the package.
 */
export function packageMissing({ name, where, value, alternative }: OptionalPackage, cause: unknown): MetricsError {
  const [install, failure] = isNotFound(cause)
    ? [` (npm install ${name})`, '']
    : ['', `; loading it failed: ${messageOf(cause)}`];
  const or = alternative === undefined ? '' : `, or ${alternative}`;
  const expected = `${name}${install}${or}${failure}`;
  return new MetricsError('METRICS_PACKAGE_MISSING', [{ where, value, expected }], { cause });
}

/** Reports whether an error is that of an optional package that is missing. */
export function isPackageMissing(error: unknown): error is MetricsError {
  return isMetricsError(error) && error.code === 'METRICS_PACKAGE_MISSING';
}

/** Returns the reason of a missing package, for a log message that ends in `end`. */
export function packageReason({ problems: [problem], message }: MetricsError, end = ''): string {
  return problem === undefined ? `${message}${end}` : renderConsequence(problem, end);
}

/** Reports whether a module was not found, by the codes of `import` and `require`. */
function isNotFound(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** All error codes; a test checks that docs/errors.md explains each of them. */
export const metricsErrorCodes = Object.keys(table) as MetricsErrorCode[];

/** Longest rendered problem, in characters. */
export const maxProblemLength = 183;

/**
 * Renders a problem as `where: got <value>, expected <expected>` on one line of at most 183 characters.
 *
 * Cuts long locations and values. Omits the expected values in favor of the suggestion when both do not fit.
 */
export function renderProblem(problem: Problem): string {
  return renderConsequence(problem, '');
}

/** Length of a location that names it, such as that of an entry in a file. */
const minLocationLength = 74;

/** Length of a location before a remedy: the end of its path and the name of an option. */
const minPathLength = 30;

/** Longest origin of a URL that a message keeps whole in place of its location and of what is expected. */
const maxOriginLength = 64;

/** Renders a problem followed by `end`, such as `; ignored`, within the same length. */
export function renderConsequence(problem: Problem, end: string): string {
  if (problem.statement !== undefined) return renderStatement(problem.where, problem.statement, end);
  const { expected, suggestion } = problem;
  const hasValue = 'value' in problem;
  const hint = suggestion === undefined ? '' : ` (did you mean ${JSON.stringify(cut(suggestion, 80))}?)`;
  const render = (where: string, value: string, phrase: string) => {
    const got = hasValue ? `got ${value}` : '';
    return `${where}: ${got}${got === '' || phrase === '' ? '' : ', '}${phrase}${hint}${end}`;
  };
  const where = cut(problem.where, 120);
  const value = renderValue(problem.value);
  const full = render(where, value, `expected ${expected}`);
  if (full.length <= maxProblemLength) return full;
  // In this order: drops what is expected if there is a suggestion, then cuts the value, the location and the phrase.
  const phrase = hint === '' || !hasValue ? `expected ${expected}` : '';
  const room = maxProblemLength - render(where, '', phrase).length;
  // A phrase with a variable is the remedy, which is worth more than the value and the location.
  const isRemedy = phrase.match(variableNames) !== null;
  const whole = isRemedy || minUrlLength(value) > maxOriginLength ? 0 : minUrlLength(value);
  const shown = hasValue ? cut(value, Math.max(room, 12, whole)) : '';
  const excess = render(where, shown, phrase).length - maxProblemLength;
  if (excess <= 0) return render(where, shown, phrase);
  const minLength = isRemedy ? minPathLength : minLocationLength;
  if (where.length - excess >= minLength) return render(cut(where, where.length - excess), shown, phrase);
  return cut(render(where, shown, cutEnd(phrase, phrase.length - excess)), maxProblemLength);
}

/** Renders a statement about a location. Cuts the location first. */
function renderStatement(where: string, statement: string, end: string): string {
  const room = maxProblemLength - end.length - 2;
  const location = cut(where, Math.max(minPathLength, Math.min(120, room - statement.length)));
  return `${location}: ${cutEnd(statement, Math.max(room - location.length, minPathLength))}${end}`;
}

/**
 * Renders a value as code writes it, in at most `length` characters. Shows only the class of an object, because its
 * fields may be secret.
 */
export function renderValue(value: unknown, length = 80): string {
  if (Array.isArray(value)) return cut(`[${listedItems(value).join(',')}]`, length);
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return cut(JSON.stringify(value), length);
  if (typeof value === 'bigint') return cut(`${value}n`, length);
  if (typeof value === 'function') return cut(value.name === '' ? 'a function' : `the function ${value.name}`, length);
  if (typeof value === 'object' && value !== null) return `an object (${classOf(value)})`;
  return cut(String(value), length);
}

/** Renders items of a list: of a long one only as many as are certainly cut. Not lists in it: it may hold itself. */
function listedItems(list: readonly unknown[]): string[] {
  const items = list.length > 80 ? [...list.slice(0, 40), ...list.slice(-40)] : list;
  return items.map((item) => (Array.isArray(item) ? 'a list' : renderValue(item)));
}

function classOf(value: object): string {
  const maker: unknown = value.constructor;
  return cut(typeof maker === 'function' && maker.name !== '' ? maker.name : 'Object', 40);
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
