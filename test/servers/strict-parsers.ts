/** The strict parsers that our text must get past, one for each text format. */
import { type RealServer, realServer } from './available.js';
import { accepts } from './endpoint.js';
import { type OpenMetricsFamily, parseOpenMetrics } from './openmetrics-parser.js';
import { type PushedFamily, startPushgateway } from './pushgateway.js';

/** A family as a parser understood it. */
export type ParsedFamily = PushedFamily | OpenMetricsFamily;

/** A parser that runs. */
export interface RunningParser {
  /** Rejects with what the parser says of a body that it refuses. */
  parse(body: string): Promise<readonly ParsedFamily[]>;
  stop(): Promise<void>;
}

/** A parser. */
export interface StrictParser {
  readonly format: 'text' | 'openMetrics';
  readonly title: string;
  readonly server: RealServer;
  /** What it refuses, and what it says of it. */
  readonly refused: readonly [body: string, reason: string];
  start(): Promise<RunningParser>;
}

const pushgateway = realServer('PUSHGATEWAY');
const python = realServer('PYTHON_CLIENT');

export const strictParsers: readonly StrictParser[] = [
  {
    format: 'text',
    title: `Pushgateway${pushgateway.note}`,
    server: pushgateway,
    refused: ['# TYPE a gauge\na{b="c"} 1\na{b="c"} 2\n', 'HTTP 400'],
    async start() {
      const server = await startPushgateway(pushgateway.bin);
      return {
        async parse(body) {
          await server.push(body, accepts.text);
          return server.families();
        },
        stop: server.stop,
      };
    },
  },
  {
    format: 'openMetrics',
    title: `prometheus_client${python.note}`,
    server: python,
    refused: ['a 1\n', 'Missing # EOF at end'],
    start: async () => ({
      parse: async (body) => parseOpenMetrics(python.bin, body),
      stop: async () => undefined,
    }),
  },
];
