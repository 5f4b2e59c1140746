/** Captures what is logged through OpenTelemetry's `diag`. */
import { diag } from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

/** Returns the list of warnings that are logged from now on, until the test ends. */
export function captureWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => warnings.push(message);
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  onTestFinished(() => diag.disable());
  return warnings;
}
