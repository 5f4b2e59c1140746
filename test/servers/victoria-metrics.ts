/** Starts a real VictoriaMetrics and reads back what it received. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';
import type { ReadSample } from './samples.js';

/** A running VictoriaMetrics. */
export interface VictoriaMetrics {
  /** Value for OTEL_EXPORTER_OTLP_METRICS_ENDPOINT. */
  readonly otlpUrl: string;
  /** Value for OTELIER_DATADOG_ENDPOINT. */
  readonly datadogUrl: string;
  /**
   * Returns the latest samples of the series that `expression` selects.
   *
   * @param step of subqueries that have none, such as `10s`; five minutes by default.
   */
  query(expression: string, step?: string): Promise<ReadSample[]>;
  stop(): Promise<void>;
}

/** Starts VictoriaMetrics. @param flags further flags. */
export async function startVictoriaMetrics(bin: string, flags: readonly string[] = []): Promise<VictoriaMetrics> {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-victoria-metrics-'));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = startProgram(bin, [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${folder}`,
    // Shows samples at once.
    '-search.latencyOffset=0s',
    '-memory.allowedBytes=256MB',
    ...flags,
  ]);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  await untilAnswers(program, `${url}/health`).catch((error) => {
    removeFolder();
    throw error;
  });
  return {
    otlpUrl: `${url}/opentelemetry/v1/metrics`,
    datadogUrl: `${url}/datadog`,
    async query(expression, step) {
      await fetch(`${url}/internal/force_flush`);
      const parameters = { query: expression, nocache: '1', ...(step !== undefined && { step }) };
      const response = await fetch(`${url}/api/v1/query?${new URLSearchParams(parameters)}`);
      const { data, error } = (await response.json()) as {
        data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
        error?: string;
      };
      if (data === undefined) throw new Error(`VictoriaMetrics: ${expression}: ${error}`);
      return data.result.map(({ metric: { __name__: name = '', ...labels }, value }) => ({
        name,
        labels,
        value: Number(value[1]),
      }));
    },
    async stop() {
      await program.stop();
      removeFolder();
    },
  };
}
