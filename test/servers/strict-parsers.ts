/** Strict parsers, one for each text format. */
import { type RealServer, realServer } from './available.js';
import { accepts } from './endpoint.js';
import { type OpenMetricsFamily, parseOpenMetrics } from './openmetrics-parser.js';
import { type PushedFamily, startPushgateway } from './pushgateway.js';

/** A parsed family. */
export type ParsedFamily = PushedFamily | OpenMetricsFamily;

/** A running parser. */
export interface RunningParser {
  /** Parses a body. Rejects with the parser's error. */
  parse(body: string): Promise<readonly ParsedFamily[]>;
  stop(): Promise<void>;
}

/** A strict parser of one format. */
export interface StrictParser {
  readonly format: 'text' | 'openMetrics';
  readonly title: string;
  readonly server: RealServer;
  /** A body that it rejects, and its error. */
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
