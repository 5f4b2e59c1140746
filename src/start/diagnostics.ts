/** Sends diagnostics through OpenTelemetry's `diag`, which writes to stderr unless the application sets a logger. */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { apiRegistrations } from '../model/api-registrations.js';
import { diag as apiDiag } from '../model/diag.js';
import { refused } from './process/later-registration.js';
import { writeLine } from './stderr.js';

const levels: Readonly<Record<string, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/** Logs the line of a start. */
export type StartLog = (line: string) => void;

/**
 * Writes diagnostics of `level` and above to stderr, one line each. Does nothing when a logger is already set.
 *
 * @returns the log of the start: level info, but shown on a terminal unless `level` was chosen.
 */
export function logDiagnostics(level: string, isChosen: boolean): StartLog {
  const registered = apiRegistrations().diag;
  if (registered !== undefined) return registered === own?.logger ? own.log : (line) => apiDiag.info(line);
  const logLevel = levels[level] ?? DiagLogLevel.WARN;
  // The API refuses if a copy of another version registered first.
  if (!diag.setLogger(stderrLogger, { logLevel, suppressOverrideMessage: true })) {
    apiRegistrations().diag = limited(logLevel);
  }
  const isShown = logLevel >= DiagLogLevel.INFO || (!isChosen && process.stderr.isTTY === true);
  const log: StartLog = isShown ? writeLine : () => undefined;
  own = { logger: apiRegistrations().diag, log };
  return log;
}

/** The registered logger, if it is that of this copy. */
let own: { readonly logger: unknown; readonly log: StartLog } | undefined;

/** Text of the API for a second registration, by an instance of the API that is not watched. */
const secondRegistration = 'Attempted duplicate registration of API: metrics';

const write =
  (severity: string) =>
  (message: string, ...details: unknown[]) => {
    if (String(message).includes(secondRegistration)) {
      writeLine(`[otelier] warn: ${refused(undefined)}`);
      return;
    }
    const rest = details.map((detail) => ` ${describe(detail)}`).join('');
    writeLine(`[otelier] ${severity}: ${message}${rest}`);
  };

function describe(detail: unknown): string {
  if (detail instanceof Error) return detail.message;
  try {
    return typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? String(detail));
  } catch {
    return `a ${typeof detail}`;
  }
}

const stderrLogger: DiagLogger = {
  error: write('error'),
  warn: write('warn'),
  info: write('info'),
  debug: write('debug'),
  verbose: write('verbose'),
};

function limited(logLevel: DiagLogLevel): DiagLogger {
  const from = (level: DiagLogLevel, log: DiagLogger['error']) => (level <= logLevel ? log : () => undefined);
  return {
    error: from(DiagLogLevel.ERROR, stderrLogger.error),
    warn: from(DiagLogLevel.WARN, stderrLogger.warn),
    info: from(DiagLogLevel.INFO, stderrLogger.info),
    debug: from(DiagLogLevel.DEBUG, stderrLogger.debug),
    verbose: from(DiagLogLevel.VERBOSE, stderrLogger.verbose),
  };
}
