/** Sends diagnostics through OpenTelemetry's `diag`, which writes to stderr unless the application sets a logger. */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { apiRegistrations } from '../model/api-registrations.js';

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
  if (!diag.setLogger(stderrLogger, { logLevel, suppressOverrideMessage: true })) registerDirectly(logLevel);
}

/**
 * Registers the logger without the API, which refuses because a copy of another version registered first. A copy that is
 * older than that version reads all registrations; a newer copy reads none, and its messages cannot be shown.
 */
function registerDirectly(logLevel: DiagLogLevel): void {
  const registrations = apiRegistrations();
  let reached = false;
  const probe = () => {
    reached = true;
  };
  registrations.diag = { error: probe, warn: probe, info: probe, debug: probe, verbose: probe };
  diag.error('');
  registrations.diag = limited(logLevel);
  if (reached || logLevel < DiagLogLevel.WARN) return;
  stderrLogger.warn(
    `@opentelemetry/api ${registrations.version} registered first, and the copy that otelier uses is newer and ignores ` +
      'its registrations: metrics recorded through the newer copy, and messages and exemplars of otelier, are lost; ' +
      'install one version (npm ls @opentelemetry/api)',
  );
}

const write =
  (severity: string) =>
  (message: string, ...details: unknown[]) => {
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
