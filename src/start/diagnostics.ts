/** Sends diagnostics through OpenTelemetry's `diag`, which writes to stderr unless the application sets a logger. */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { apiRegistrations } from '../model/api-registrations.js';
import { refused } from './process/later-registration.js';

const levels: Readonly<Record<string, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/** Writes diagnostics of `level` and above to stderr, one line each. Does nothing when a logger is already set. */
export function logDiagnostics(level: string): void {
  if (apiRegistrations().diag !== undefined) return;
  const logLevel = levels[level] ?? DiagLogLevel.WARN;
  if (diag.setLogger(stderrLogger, { logLevel, suppressOverrideMessage: true })) return;
  // The API refuses if a copy of another version registered first.
  apiRegistrations().diag = limited(logLevel);
}

/** Text of the API for a second registration, by an instance of the API that is not watched. */
const secondRegistration = 'Attempted duplicate registration of API: metrics';

const write =
  (severity: string) =>
  (message: string, ...details: unknown[]) => {
    if (String(message).includes(secondRegistration)) {
      process.stderr.write(`[otelier] warn: ${refused(undefined)}\n`);
      return;
    }
    const rest = details.map((detail) => ` ${describe(detail)}`).join('');
    process.stderr.write(`[otelier] ${severity}: ${message}${rest}\n`);
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
