/** Starts the servers of a generated stack on this machine: Prometheus and Alertmanager, with the generated files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Files } from '../../src/generate/files.js';
import { type Program, startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';

/** A server of the stack. */
export interface StackServer {
  readonly url: string;
  /** Host and port. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A Prometheus, and its API. */
export interface StackPrometheus extends StackServer {
  /** Requests a path below `/api/v1/`. */
  api<T>(path: string, parameters?: Record<string, string>): Promise<T>;
  /** Returns the samples of a range selector such as `up[1h]` by series. */
  samples(selector: string, time?: number): Promise<RawSeries[]>;
  /** Returns the value of an expression with one sample, or `undefined` without samples. */
  valueOf(expression: string, time?: number): Promise<number | undefined>;
}

/** A series with its samples. */
export interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, text: string])[];
}

/** Returns the flags of a service in the compose file of a stack, without those of paths. */
export function flagsOf(files: Files, service: string): string[] {
  const { services } = parse(files.get('docker-compose.yaml') ?? '') as {
    services: Record<string, { command: string[] }>;
  };
  return (services[service]?.command ?? []).filter((flag) => !/^--(?:config\.file|storage\.tsdb\.path)=/.test(flag));
}

/** Writes generated files below a folder. */
export function writeAll(folder: string, files: Files): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Starts Prometheus. @param flags of the command line, besides those of addresses and paths. */
export async function startStackPrometheus(
  bin: string,
  { config, data, flags = [], port }: { config: string; data: string; flags?: readonly string[]; port?: number },
): Promise<StackPrometheus> {
  const [free] = port === undefined ? await freePorts(1) : [port];
  const address = `127.0.0.1:${free}`;
  const url = `http://${address}`;
  const program = startProgram(bin, [
    `--config.file=${config}`,
    `--web.listen-address=${address}`,
    `--storage.tsdb.path=${data}`,
    '--log.level=warn',
    ...flags,
  ]);
  await untilAnswers(program, `${url}/-/ready`);
  async function api<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data: result, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`Prometheus: ${path}: ${error}\n${program.output()}`);
    return result;
  }
  const query = async <T>(expression: string, time?: number) =>
    (
      await api<{ result: T[] }>('query', {
        query: expression,
        ...(time === undefined ? {} : { time: String(time) }),
      })
    ).result;
  return {
    url,
    address,
    api,
    samples: (selector, time) => query<RawSeries>(selector, time),
    async valueOf(expression, time) {
      const result = await query<{ value: [number, string] }>(expression, time);
      if (result.length > 1) throw new Error(`${expression} yields ${result.length} samples`);
      return result[0] === undefined ? undefined : Number(result[0].value[1]);
    },
    stop: () => program.stop(),
  };
}

/** Starts Alertmanager. */
export async function startAlertmanager(bin: string, config: string, data: string): Promise<StackServer> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const program: Program = startProgram(bin, [
    `--config.file=${config}`,
    `--storage.path=${data}`,
    `--web.listen-address=${address}`,
    // Without a cluster, it does not listen on all addresses.
    '--cluster.listen-address=',
  ]);
  await untilAnswers(program, `http://${address}/-/ready`);
  return { url: `http://${address}`, address, stop: () => program.stop() };
}
