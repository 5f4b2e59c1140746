/** Starts a real Prometheus that scrapes every two seconds, and queries its HTTP API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';
import type { ReadSample } from './samples.js';

/** A scrape job. */
export interface ScrapeJob {
  readonly name: string;
  /** Host and port of `/metrics`. */
  readonly target: string;
  /** Additional configuration, such as `basic_auth` and `tls_config`. */
  readonly settings?: object;
}

/** A series of an instant query: a number, or a native histogram. */
export interface InstantSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [seconds: number, text: string];
  readonly histogram?: readonly [seconds: number, NativeHistogram];
}

/** A native histogram. The rule of a bucket states which bounds are inclusive: 0 the upper bound, 3 both. */
export interface NativeHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [rule: number, lower: string, upper: string, count: string])[];
}

/** A target in Prometheus' API. */
interface Target {
  readonly labels: { readonly job: string };
  readonly lastError: string;
}

/** A running Prometheus. */
export interface PrometheusServer {
  /** Requests a path below `/api/v1/`. */
  api<T>(path: string, parameters?: Record<string, string>): Promise<T>;
  query(expression: string): Promise<InstantSeries[]>;
  /** Returns the value of an expression with one sample, or `undefined` without samples. */
  valueOf(expression: string): Promise<number | undefined>;
  /** Waits until a job is scraped successfully. Rejects with Prometheus' last error. */
  untilUp(job: string): Promise<void>;
  /** Waits until a scrape of a job failed and returns the error. Rejects if the job is up. */
  untilDown(job: string): Promise<string>;
  /** Returns the samples of a job's last scrape, without those that Prometheus adds. */
  samplesOf(job: string): Promise<ReadSample[]>;
  stop(): Promise<void>;
}

/** Limits the time to a first scrape. Prometheus reloads its targets every five seconds. */
const polling = { timeout: 30_000, interval: 100 };

/**
 * Starts Prometheus.
 *
 * @param features names for `--enable-feature`.
 * @param settings further parts of the configuration file.
 */
export async function startPrometheus(
  bin: string,
  jobs: readonly ScrapeJob[],
  features: readonly string[] = [],
  settings: object = {},
): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, JSON.stringify({ ...configuration(jobs), ...settings }));
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
    if (status !== 'success') throw new Error(`Prometheus: ${path}: ${error}`);
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

  // An application's metric named `up` has a scope label.
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

/** Returns the content of the configuration file, whose JSON is valid YAML. */
function configuration(jobs: readonly ScrapeJob[]): object {
  return {
    global: { scrape_interval: '2s', scrape_timeout: '2s' },
    scrape_configs: jobs.map(({ name, target, settings }) => ({
      job_name: name,
      static_configs: [{ targets: [target] }],
      ...settings,
    })),
  };
}
