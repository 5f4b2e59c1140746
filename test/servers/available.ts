/** The real servers that the launcher located. Tests of missing servers are skipped, or fail if skips are forbidden. */

/** A real server that tests need. */
export interface RealServer {
  /** Path of the program; empty if the server is missing. */
  readonly bin: string;
  readonly missing: boolean;
  /** Suffix for titles of skipped tests: the reason, and how to get the server. Empty if the server is present. */
  readonly note: string;
}

const isSet = (value: string | undefined) => value === 'true' || value === '1';

type ServerName =
  | 'PROMETHEUS'
  | 'PROMTOOL'
  | 'PUSHGATEWAY'
  | 'NODE_EXPORTER'
  | 'PYTHON_CLIENT'
  | 'REDIS'
  | 'TMUX'
  | 'CHROMIUM'
  | 'OTLP_RECEIVER'
  | 'PROMETHEUS_3'
  | 'PROMTOOL_3'
  | 'ALERTMANAGER'
  | 'AMTOOL'
  | 'VICTORIA_METRICS'
  | 'VMALERT';

/** Returns both versions of Prometheus, for `describe.each`: that of Debian's stable suite, and one with UTF-8 names. */
export function bothPrometheus(): { title: string; server: RealServer }[] {
  const [two, three] = [realServer('PROMETHEUS'), realServer('PROMETHEUS_3')];
  return [
    { title: `Prometheus 2${two.note}`, server: two },
    { title: `Prometheus 3${three.note}`, server: three },
  ];
}

/** Returns a server by name. @throws {Error} if it is missing and skips are forbidden. */
export function realServer(name: ServerName): RealServer {
  const { env } = process;
  const bin = env[`GATE_${name}_BIN`] ?? '';
  if (bin !== '') return { bin, missing: false, note: '' };
  const reason = env[`GATE_${name}_MISSING`] ?? 'not located; run npm run test:servers';
  if (isSet(env['CI']) || isSet(env['GATE_NO_SKIP'])) throw new Error(`${name}: ${reason}`);
  return { bin, missing: true, note: ` [skipped: ${reason}]` };
}
