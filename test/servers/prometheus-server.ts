/** A real Prometheus that scrapes one target every second, and its HTTP API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';

/** The job that the target is scraped as. */
export const job = 'demo';

/** A sample of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, text: string];
}

/** A Prometheus that runs. */
export interface PrometheusServer {
  /** What its HTTP API says under `/api/v1/`. */
  api<T>(path: string, parameters?: Record<string, string>): Promise<T>;
  /** The value of an expression that yields one sample; `undefined` while it yields none. */
  valueOf(expression: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** @param target host and port that serve `/metrics`. */
export async function startPrometheus(bin: string, target: string): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: ${job}
    static_configs:
      - targets: ['${target}']
`,
  );
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = startProgram(bin, [
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--log.level=warn',
  ]);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  await untilAnswers(program, `${url}/-/ready`).catch((error) => {
    removeFolder();
    throw error;
  });

  async function api<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`Prometheus says of ${path}: ${error}`);
    return data;
  }

  return {
    api,
    async valueOf(expression) {
      const { result } = await api<{ result: Sample[] }>('query', { query: expression });
      if (result.length > 1) throw new Error(`${expression} yields ${result.length} samples`);
      return result[0] === undefined ? undefined : Number(result[0].value[1]);
    },
    async stop() {
      await program.stop();
      removeFolder();
    },
  };
}
