/**
 * Handles that are never ended: each that raises a gauge is detected without a timer, counted once, and leaves the gauge.
 * Streams of pack `genai` are tested in `genai-abandoned.test.ts`.
 */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { gateway } from 'otelier/packs/gateway';
import { inference } from 'otelier/packs/inference';
import { parseExposition } from 'otelier/testing';
import { expect, test, vi } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { call } from './agent-platform.js';
import { sample } from './benchmark-suite.js';
import { afterwards, shown, startScraped } from './scraped.js';

const abandonedAfterMs = 60_000;

const packs = () => ({
  agents: agent({ abandonedAfterMs }),
  gateway: gateway({ abandonedAfterMs }),
  inference: inference({ abandonedAfterMs }),
  benchmark: benchmark({ abandonedAfterMs }),
});

async function start() {
  const { metrics, valuesBy, ...scraped } = startScraped((settings) =>
    startMetrics({
      ...settings,
      packs: packs(),
    }),
  );
  await metrics.ready;
  const values = () => valuesBy((name, labels) => `${name}${shown(labels)}`);
  return { ...scraped, metrics, values };
}

type Started = Awaited<ReturnType<typeof start>>;

/** A handle: the function that uses it, and the one that ends it. */
interface Opened {
  readonly use: () => void;
  readonly end: () => void;
}

interface Case {
  readonly handle: string;
  /** The gauge that an open handle raises. */
  readonly gauge: string;
  /** The counter of abandoned handles. */
  readonly counter: string;
  readonly open: (metrics: Pick<Started['metrics'], keyof ReturnType<typeof packs>>) => Opened;
}

const cases: Case[] = [
  {
    handle: 'task of an agent',
    gauge: 'active_tasks_count',
    counter: 'task_outcomes_total{outcome=abandoned}',
    open: ({ agents }) => {
      const { agentCall, end } = agents.begin();
      return { use: () => agentCall(call), end: () => end({ ok: true }) };
    },
  },
  {
    handle: 'request of a gateway',
    gauge: 'gateway_active_requests{provider=openai}',
    counter: 'gateway_request_abandoned_total{provider=openai}',
    open: ({ gateway }) => {
      const { firstByte, end } = gateway.provider('openai').begin();
      return { use: firstByte, end: () => void end() };
    },
  },
  {
    handle: 'request of an inference server',
    gauge: 'requests_in_flight',
    counter: 'requests_abandoned_total',
    open: ({ inference }) => {
      const { stage, end } = inference.begin();
      return { use: () => stage('inference', 0.1), end: () => end() };
    },
  },
  {
    handle: 'run of a benchmark',
    gauge: 'benchmark_active_runs{model_name=a}',
    counter: 'benchmark_runs_total{model_name=a,outcome=abandoned}',
    open: ({ benchmark }) => {
      const run = benchmark.begin({ model: 'a' });
      const { sample: use, end } = run;
      return { use: () => use(sample), end: () => end({ ok: true }) };
    },
  },
];

test.each(cases)('abandons an idle $handle after the time limit, once', async ({ gauge, counter, open }) => {
  const { clock, metrics, values } = await start();
  const handle = open(metrics);
  clock.advance(abandonedAfterMs - 1);
  expect(await values()).toMatchObject({ [gauge]: 1 });
  handle.use();
  clock.advance(abandonedAfterMs - 1);
  expect(await values()).toMatchObject({ [gauge]: 1 });
  clock.advance(1);
  const seen = await values();
  expect(seen).toMatchObject({ [gauge]: 0, [counter]: 1 });
  // The time when the work stopped is unknown: a late end records nothing.
  handle.end();
  clock.advance(abandonedAfterMs);
  const later = await values();
  expect([later[gauge], later[counter]]).toEqual([0, 1]);
  const ended = /^(?:task_latency_ms|gateway_requests_total|request_count_total|benchmark_run_duration)/;
  expect(Object.entries(later).filter(([name, value]) => ended.test(name) && value > 0)).toEqual([]);
});

test.each(cases)('does not abandon a $handle that ends', async ({ gauge, counter, open }) => {
  const { clock, metrics, values } = await start();
  open(metrics).end();
  clock.advance(abandonedAfterMs);
  const seen = await values();
  expect([seen[gauge], seen[counter] ?? 0]).toEqual([0, 0]);
});

test.each(cases)('abandons a garbage-collected $handle', async ({ gauge, counter, open }) => {
  const { clock, metrics, values } = await start();
  const lose = () => {
    open(metrics);
    open(metrics).use();
  };
  lose();
  // Each function alone keeps its handle open.
  const { use } = open(metrics);
  const { end } = open(metrics);
  expect(await values()).toMatchObject({ [gauge]: 4 });
  await vi.waitFor(
    async () => {
      heapUsed();
      expect(await values()).toMatchObject({ [gauge]: 2, [counter]: 2 });
    },
    { timeout: 20_000 },
  );
  for (let times = 0; times < 5; times++) {
    heapUsed();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await values()).toMatchObject({ [gauge]: 2, [counter]: 2 });
  use();
  end();
  expect(await values()).toMatchObject({ [gauge]: 1, [counter]: 2 });
  clock.advance(abandonedAfterMs);
  expect(await values()).toMatchObject({ [gauge]: 0, [counter]: 3 });
});

test('abandons idle and garbage-collected requests in the queue of a run', async () => {
  const { clock, metrics, values } = await start();
  const run = metrics.benchmark.begin({ model: 'a' });
  const lose = () => {
    run.queued();
    run.queued().dequeued();
  };
  lose();
  const [waiting, { dequeued, done }] = [run.queued(), run.queued()];
  dequeued();
  const gauges = async () => {
    const seen = await values();
    const of = (name: string) => seen[`queue_${name}{model_name=a}`];
    return { depth: of('depth'), inFlight: of('in_flight'), abandoned: of('abandoned_total') ?? 0 };
  };
  expect(await gauges()).toEqual({ depth: 2, inFlight: 2, abandoned: 0 });
  await vi.waitFor(
    async () => {
      heapUsed();
      expect(await gauges()).toEqual({ depth: 1, inFlight: 1, abandoned: 2 });
    },
    { timeout: 20_000 },
  );
  clock.advance(abandonedAfterMs);
  run.sample(sample);
  expect(await gauges()).toEqual({ depth: 0, inFlight: 0, abandoned: 4 });
  waiting.dequeued();
  done();
  run.end({ ok: true });
  expect(await gauges()).toEqual({ depth: 0, inFlight: 0, abandoned: 4 });
});

test.each(cases)('a $handle that outlives its start leaves the gauge of the next start', async ({ gauge, open }) => {
  const startShared = () => {
    const metrics = startMetrics({ environment: {}, backends: [prometheus({ port: 0 })], packs: packs() });
    afterwards(() => metrics.shutdown());
    return metrics;
  };
  const first = startShared();
  const outlived = open(first);
  await first.shutdown();
  const second = startShared();
  const value = async () => {
    const samples = parseExposition(await second.exposition()).flatMap((family) => family.samples);
    const name = gauge.replace(/\{.*/, '');
    return samples.filter((sample) => sample.name === name).reduce((sum, sample) => sum + sample.value, 0);
  };
  const own = open(second);
  expect(await value()).toBe(1);
  outlived.use();
  outlived.end();
  expect(await value()).toBe(1);
  own.end();
  expect(await value()).toBe(0);
});

test('does not retain lost handles without a collection of metrics', async () => {
  const { metrics } = await start();
  const provider = metrics.gateway.provider('openai');
  const lose = async (mostBytes: number) => {
    const before = heapUsed();
    for (let requests = 0; requests < 50_000; requests++) provider.begin();
    await vi.waitFor(() => expect(heapUsed() - before).toBeLessThan(mostBytes), { timeout: 20_000 });
  };
  // The first round also pays for hash tables, which keep their size.
  await lose(4 * 2 ** 20);
  await lose(2 ** 19);
});

test.each([
  ['agent', agent],
  ['gateway', gateway],
  ['inference', inference],
  ['benchmark', benchmark],
] as const)('pack %s rejects a time limit of 0', (pack, create) => {
  expect(() => create({ abandonedAfterMs: 0 })).toThrow(
    `${pack}.abandonedAfterMs: got 0, expected milliseconds above 0`,
  );
});
