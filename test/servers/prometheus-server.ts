/** A real Prometheus that scrapes every two seconds, and its HTTP API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';
import type { ReadSample } from './samples.js';

/** What is scraped under one name. */
export interface ScrapeJob {
  readonly name: string;
  /** Host and port that serve `/metrics`. */
  readonly target: string;
  /** More of its configuration: `basic_auth`, `tls_config` and the like. */
  readonly settings?: object;
}

/** A series of an instant query: a number, or a native histogram. */
export interface InstantSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [seconds: number, text: string];
  readonly histogram?: readonly [seconds: number, NativeHistogram];
}

/** A native histogram; a bucket's rule says which of its bounds are within: 0 the upper one, 3 both. */
export interface NativeHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [rule: number, lower: string, upper: string, count: string])[];
}

/** A target, as Prometheus sees it. */
interface Target {
  readonly labels: { readonly job: string };
  readonly lastError: string;
}

/** A Prometheus that runs. */
export interface PrometheusServer {
  /** What its HTTP API says under `/api/v1/`. */
  api<T>(path: string, parameters?: Record<string, string>): Promise<T>;
  query(expression: string): Promise<InstantSeries[]>;
  /** The value of an expression that yields one sample; `undefined` while it yields none. */
  valueOf(expression: string): Promise<number | undefined>;
  /** Waits until a job is scraped with success; rejects with what Prometheus says of it instead. */
  untilUp(job: string): Promise<void>;
  /** Waits until a job was scraped in vain, and says why; rejects when it is up. */
  untilDown(job: string): Promise<string>;
  /** The samples of a job's last scrape, without what Prometheus adds. */
  samplesOf(job: string): Promise<ReadSample[]>;
  stop(): Promise<void>;
}

/** How long a first scrape may take: Prometheus looks for targets every five seconds. */
const polling = { timeout: 30_000, interval: 100 };

/** @param features names for `--enable-feature`. */
export async function startPrometheus(
  bin: string,
  jobs: readonly ScrapeJob[],
  features: readonly string[] = [],
): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configuration(jobs));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = startProgram(bin, [
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--log.level=warn',
    ...(features.length === 0 ? [] : [`--enable-feature=${features.join(',')}`]),
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

  async function query(expression: string): Promise<InstantSeries[]> {
    return (await api<{ result: InstantSeries[] }>('query', { query: expression })).result;
  }

  async function instantValue(expression: string): Promise<number | undefined> {
    const result = await query(expression);
    if (result.length > 1) throw new Error(`${expression} yields ${result.length} samples`);
    return result[0]?.value === undefined ? undefined : Number(result[0].value[1]);
  }

  // What an application calls `up`, too, has a scope.
  const upOf = (job: string) => instantValue(`up{job="${job}",otel_scope_name=""}`);
  const lastErrorOf = async (job: string) => {
    const { activeTargets } = await api<{ activeTargets: Target[] }>('targets', { state: 'active' });
    return activeTargets.find(({ labels }) => labels.job === job)?.lastError ?? '';
  };

  return {
    api,
    query,
    valueOf: instantValue,
    async untilUp(job) {
      await vi.waitFor(async () => {
        if ((await upOf(job)) !== 1) throw new Error(`${job} is not up: ${await lastErrorOf(job)}`);
      }, polling);
    },
    async untilDown(job) {
      const up = await vi.waitFor(async () => {
        const value = await upOf(job);
        if (value === undefined) throw new Error(`${job} was not scraped`);
        return value;
      }, polling);
      if (up !== 0) throw new Error(`${job} is up`);
      return lastErrorOf(job);
    },
    async samplesOf(job) {
      const series = await query(`{job="${job}"}`);
      return series.flatMap(({ metric, value }) => {
        const { __name__: name = '', job: _job, instance: _instance, ...labels } = metric;
        const added = /^(up|scrape_\w+)$/.test(name) && labels['otel_scope_name'] === undefined;
        return added || value === undefined ? [] : [{ name, labels, value: Number(value[1]) }];
      });
    },
    async stop() {
      await program.stop();
      removeFolder();
    },
  };
}

/** The configuration file; JSON is YAML. */
function configuration(jobs: readonly ScrapeJob[]): string {
  return JSON.stringify({
    global: { scrape_interval: '2s', scrape_timeout: '2s' },
    scrape_configs: jobs.map(({ name, target, settings }) => ({
      job_name: name,
      static_configs: [{ targets: [target] }],
      ...settings,
    })),
  });
}
