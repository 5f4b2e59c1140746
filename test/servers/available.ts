/** The real servers that the launcher found; a missing one skips its tests, or fails them where none may be skipped. */

/** A server that tests need. */
export interface RealServer {
  /** Where its program is; empty when it is missing. */
  readonly bin: string;
  readonly missing: boolean;
  /** Ends the title of what is skipped: why, and how to get the server. Empty otherwise. */
  readonly note: string;
}

const isSet = (value: string | undefined) => value === 'true' || value === '1';

type ServerName = 'PROMETHEUS' | 'PROMTOOL' | 'PUSHGATEWAY' | 'PYTHON_CLIENT' | 'OTLP_RECEIVER';

/** @throws {Error} when the server is missing and nothing may be skipped. */
export function realServer(name: ServerName): RealServer {
  const { env } = process;
  const bin = env[`OTELIER_${name}_BIN`] ?? '';
  if (bin !== '') return { bin, missing: false, note: '' };
  const reason = env[`OTELIER_${name}_MISSING`] ?? 'nobody looked for it; run: npm run test:servers';
  if (isSet(env['CI']) || isSet(env['OTELIER_NO_SKIP'])) throw new Error(`${name}: ${reason}`);
  return { bin, missing: true, note: ` [skipped: ${reason}]` };
}
