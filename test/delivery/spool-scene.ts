/** Processes that share a spool folder and an endpoint. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { decodeRequest, pointsOfRequest } from '../formats/otlp/message.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spool-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Returns the stored and incomplete requests of a folder. */
export const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(request|part)$/.test(name));

/** Start of a program that records and flushes in rounds. Each round is written to `REPORT` before it is recorded. */
export const recording = `
  import { appendFileSync } from 'node:fs';
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  const app = defineCatalogue({ work: counter({ name: 'work', unit: '1', description: 'Work.' }) });
  const metrics = startMetrics({ catalogues: { app } });
  const round = async () => {
    appendFileSync(process.env.REPORT, process.env.RUN + '\\n');
    metrics.app.work.add(1);
    return (await metrics.forceFlush()).ok;
  };`;

/** Program that records nothing and delivers stored requests. */
export const delivering = `
  import { startMetrics } from 'otelier';
  const metrics = startMetrics({});
  process.exitCode = (await metrics.forceFlush()).ok ? 0 : 1;`;

/** A data point that arrived. */
export interface Arrival {
  /** Name of the process that recorded it. */
  readonly run: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly value: number;
}

function arrivalsOf(body: Buffer): Arrival[] {
  const [resourceMetrics] = decodeRequest(body)['resource_metrics'] as { resource: { attributes: unknown[] } }[];
  const attributes = resourceMetrics?.resource.attributes as { key: string; value: { string_value: string } }[];
  const run = attributes.find(({ key }) => key === 'run')?.value.string_value ?? '';
  return pointsOfRequest(body).map((point) => ({
    run,
    start: point['start_time_unix_nano'] as bigint,
    end: point['time_unix_nano'] as bigint,
    value: point['as_double'] as number,
  }));
}

/** Creates a spool folder and an endpoint, and returns functions that start processes and read what arrived. */
export async function spoolScene(answer: () => Answer) {
  const directory = temporaryFolder();
  const report = join(temporaryFolder(), 'report');
  writeFileSync(report, '');
  const accepted: Buffer[] = [];
  const peer = await startHttpPeer(({ body }) => {
    const response = answer();
    if (response !== 'hang' && response.status === 200) accepted.push(body);
    return response;
  });
  onTestFinished(peer.close);
  const start = (run: string, source: string, environment: Record<string, string> = {}) =>
    startApp(source, {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_METRIC_EXPORT_INTERVAL: '3600000',
      OTEL_RESOURCE_ATTRIBUTES: `run=${run}`,
      OTELIER_WITHOUT_SELF_METRICS: 'true',
      OTELIER_COLLECTORS: 'none',
      OTELIER_SPOOL_DIR: directory,
      REPORT: report,
      RUN: run,
      ...environment,
    });
  const recorded = (run: string) =>
    readFileSync(report, 'utf8')
      .split('\n')
      .filter((line) => line === run).length;
  const arrivals = () => accepted.flatMap(arrivalsOf);
  return { directory, peer, accepted, start, recorded, arrivals };
}
