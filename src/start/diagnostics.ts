/** Sends diagnostics through OpenTelemetry's `diag`, which writes to stderr unless the application sets a logger. */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';

/** Key of the registrations of `@opentelemetry/api` 1.x. The API cannot report whether a logger is set. */
const apiGlobals = Symbol.for('opentelemetry.js.api.1');

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
  const registered = (globalThis as { [apiGlobals]?: { diag?: unknown } })[apiGlobals];
  if (registered?.diag !== undefined) return;
  diag.setLogger(stderrLogger, { logLevel: levels[level] ?? DiagLogLevel.WARN, suppressOverrideMessage: true });
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
