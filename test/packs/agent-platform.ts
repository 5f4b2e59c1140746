/** Test fixture: the agent pack on a fake clock, scraped through the Prometheus endpoint. */
import { readFileSync } from 'node:fs';
import { startMetrics } from 'otelier';
import { type AgentOptions, type AgentRecorder, agent } from 'otelier/packs/agent';
import type { FakeClock } from '../support/clock.js';
import { startScraped } from './scraped.js';

interface FixedMetric {
  readonly prometheus_name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly unit: string;
  readonly labels: readonly string[];
  readonly label_values?: Readonly<Record<string, readonly string[]>>;
  readonly buckets?: readonly number[];
  /** Edges above the fixed ones, which end below the goals. */
  readonly added_buckets?: readonly number[];
}

export const { metrics: fixed } = JSON.parse(
  readFileSync(new URL('../fixtures/spec/agent-platform.metrics.json', import.meta.url), 'utf8'),
) as { metrics: FixedMetric[] };

/** Starts the pack; metrics are shut down after the test. */
export async function start(options: AgentOptions = {}) {
  const { metrics, valuesBy, ...scraped } = startScraped((settings) =>
    startMetrics({ ...settings, packs: { agents: agent(options) } }),
  );
  await metrics.ready;
  /** Returns samples by name and label values, such as `cache_lookups_total/disk/hit`. */
  const values = () => valuesBy((name, labels) => [name, ...labels.values()].join('/'));
  return { ...scraped, recorder: metrics.agents, values };
}

/** Records at least one event of each kind. */
export function scenario(recorder: AgentRecorder, clock: FakeClock): void {
  recorder.queueDepth(2);
  const task = recorder.begin();
  task.agentCall({
    agent: 'coder',
    operation: 'generate',
    latencyMs: 800,
    ok: true,
    quality: 70,
    tokens: { input: 1_000, output: 500 },
  });
  task.agentCall({ agent: 'reviewer', operation: 'review', latencyMs: 400, ok: false, quality: 40, costUsd: 0.02 });
  recorder.agentSwitch({ from: 'coder', to: 'reviewer', qualityImprovement: -7 });
  recorder.iteration({ durationMs: 1_200 });
  recorder.evaluation({
    latencyMs: 900,
    coveragePercent: 82,
    vulnerabilities: { critical: 1, high: 2, medium: 3, low: 4 },
    typeErrors: 5,
    testFailures: 6,
  });
  recorder.parallelEvaluation({ sequentialMs: 300, parallelMs: 200 });
  for (const checkpoint of [1, 2, 3] as const) recorder.checkpoint({ checkpoint, latencyMs: 90, ok: false });
  recorder.checkpoint({ checkpoint: 3, latencyMs: 90, ok: false, endsTask: true });
  recorder.cacheLookup({ layer: 'memory', hit: true, latencyMs: 0.5 });
  recorder.cacheLookup({ layer: 'disk', hit: false, latencyMs: 8 });
  recorder.cacheSize({ layer: 'memory', megabytes: 12.5 });
  recorder.embedding({ cached: true });
  recorder.embedding({ latencyMs: 150 });
  recorder.guidelineMatch({ score: 0.8 });
  for (const operation of ['select', 'insert', 'update', 'delete'] as const) {
    recorder.databaseQuery({ operation, latencyMs: 3 });
  }
  recorder.externalCall({ service: 'github', latencyMs: 250 });
  recorder.externalCall({ service: 'github', latencyMs: 5_000, errorType: 'timeout' });
  recorder.costSaved(0.3);
  recorder.resources({ cpuPercent: 55, memoryPercent: 40, networkPercent: 5, processMemoryMb: 180 });
  recorder.exported(4);
  clock.advance(2_500);
  task.end({ ok: true, quality: 91 });
}

export const prices = { coder: { input: 3, output: 14 } };

/** A valid call of an agent. */
export const call = { agent: 'a', operation: 'b', latencyMs: 1, ok: true };
