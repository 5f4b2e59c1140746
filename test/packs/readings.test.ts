/** Gauges of packs that show the readings of collectors. The collectors are fakes, which publish what a test gives them. */
import { type Collector, defineCatalogue, startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { runtime } from 'otelier/collectors/runtime';
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { inference } from 'otelier/packs/inference';
import { vision } from 'otelier/packs/vision';
import { parseExposition } from 'otelier/testing';
import { afterEach, expect, test } from 'vitest';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const packs = () => ({ agent: agent(), benchmark: benchmark(), inference: inference(), vision: vision() });
const quiet = { isolated: true, environment: {}, withoutSelfMetrics: true } as const;

/** Starts the packs with a collector that publishes a reading at once. */
function start(collectors?: readonly Collector[]) {
  let publish: (source: string, reading: unknown) => void = () => {};
  const fake: Collector = {
    name: 'fake',
    catalogue: defineCatalogue({}),
    recorder(context) {
      publish = context.publish;
      return {};
    },
  };
  const backends = [mountedPrometheus({ withoutScopeLabels: true, withoutTargetInfo: true })];
  const metrics = startMetrics({ ...quiet, backends, packs: packs(), collectors: collectors ?? [fake] });
  stops.push(metrics.shutdown);
  const samplesOf = async (name: string) =>
    parseExposition(await metrics.exposition())
      .find((family) => family.name === name)
      ?.samples.map(({ labels, value }) => [[...labels].map((pair) => pair.join('=')).join(), value]);
  return { metrics, samplesOf, publish: (source: string, reading: unknown) => publish(source, reading) };
}

type Started = ReturnType<typeof start>;

interface Shown {
  readonly metric: string;
  readonly source: string;
  readonly reading: unknown;
  /** Samples: labels and value. */
  readonly samples: readonly (readonly [string, number])[];
  /** A reading of the same source without what the metric shows. */
  readonly without: unknown;
  /** Sets the value 7 in the application, and how it appears. */
  readonly own?: (metrics: Started['metrics']) => void;
  readonly ownSamples?: readonly (readonly [string, number])[];
}

const gpu = {
  id: 'GPU-1',
  index: 0,
  name: 'A',
  vendor: 'NVIDIA',
  utilization: 0.5,
  memoryUsedBytes: 2e9,
  memoryTotalBytes: 8e9,
  powerWatts: 90,
};
const gpus = [
  gpu,
  { ...gpu, id: 'GPU-2', index: 1, utilization: 1, memoryUsedBytes: 4e9 },
  { ...gpu, id: 'MIG-1', parent: 'GPU-2', utilization: 0.25, memoryUsedBytes: 1e9 },
];

const shown: readonly Shown[] = [
  {
    metric: 'cpu_percent',
    source: 'runtime',
    reading: { cpuShare: { user: 0.5, system: 0.25 }, processors: 2 },
    samples: [['', 150]],
    without: { cpuShare: undefined, processors: 2 },
    own: ({ inference }) => inference.instruments.cpuPercent.set(7),
    ownSamples: [['', 7]],
  },
  {
    metric: 'memory_usage_mb',
    source: 'runtime',
    reading: { memory: { rss: 12_500_000 } },
    samples: [['', 12.5]],
    without: {},
    own: ({ agent }) => agent.resources({ processMemoryMb: 7 }),
    ownSamples: [['', 7]],
  },
  {
    metric: 'resource_utilization_percent',
    source: 'host.cpu',
    reading: [{ number: undefined, seconds: {}, share: { iowait: 0.05, idle: 0.7, system: 0.05, user: 0.2 } }],
    samples: [['resource=cpu', 25]],
    without: [{ number: undefined, seconds: {}, share: undefined }],
    own: ({ agent }) => agent.resources({ networkPercent: 7 }),
    ownSamples: [
      ['resource=cpu', 25],
      ['resource=network', 7],
    ],
  },
  {
    metric: 'resource_utilization_percent',
    source: 'host.memory',
    reading: { used: 3e9, total: 4e9 },
    samples: [['resource=memory', 75]],
    without: { total: 4e9 },
    own: ({ agent }) => agent.resources({ memoryPercent: 7 }),
    ownSamples: [['resource=memory', 7]],
  },
  {
    metric: 'gpu_memory_mb',
    source: 'nvidia',
    reading: gpus,
    samples: [['', 6_000]],
    without: [],
    own: ({ inference }) => inference.instruments.gpuMemory.bind().set(7),
    ownSamples: [['', 7]],
  },
  {
    metric: 'gpu_utilization_pct',
    source: 'amd',
    reading: gpus,
    samples: [['', 75]],
    without: [{ ...gpu, utilization: undefined }],
    own: ({ inference }) => inference.instruments.gpuUtilization.set(7),
    ownSamples: [['', 7]],
  },
  {
    metric: 'vision_gpu_utilization_ratio',
    source: 'nvidia',
    reading: gpus,
    samples: [
      ['gpu=0', 0.5],
      ['gpu=1', 1],
    ],
    without: [],
    own: ({ vision }) => vision.gpu({ gpu: 1, utilizationPercent: 7 }),
    ownSamples: [
      ['gpu=0', 0.5],
      ['gpu=1', 0.07],
    ],
  },
  ...(
    [
      ['system_gpu_utilization_percent', 50, 100],
      ['system_gpu_memory_used_bytes', 2e9, 4e9],
      ['system_gpu_power_watts', 90, 90],
    ] as const
  ).map(
    ([metric, first, second]): Shown => ({
      metric,
      source: 'nvidia',
      reading: gpus,
      samples: [
        ['gpu_id=0', first],
        ['gpu_id=1', second],
      ],
      without: [],
    }),
  ),
];

test.each(shown)('$metric shows $source', async ({ metric, source, reading, samples, without }) => {
  const { publish, samplesOf } = start();
  expect(await samplesOf(metric)).toEqual([]);
  publish(source, reading);
  expect(await samplesOf(metric)).toEqual(samples);
  publish(source, without);
  expect(await samplesOf(metric)).toEqual([]);
  publish(source, reading);
  publish(source, undefined);
  expect(await samplesOf(metric)).toEqual([]);
});

const settable = shown.filter(({ own }) => own !== undefined);

test.each(settable)('$metric of $source keeps what the application sets', async (row) => {
  const { metric, source, reading, own, ownSamples } = row;
  const { metrics, publish, samplesOf } = start();
  publish(source, reading);
  own?.(metrics);
  for (const each of [reading, undefined, reading]) {
    publish(source, each);
    expect(await samplesOf(metric)).toEqual(ownSamples);
  }
});

test('a reading that cannot be read is counted, and nothing else is lost', async () => {
  const { metrics, publish, samplesOf } = start();
  publish('runtime', null);
  publish('runtime', { cpuShare: { user: 0.5, system: 0 }, processors: 2 });
  expect(await samplesOf('cpu_percent')).toEqual([['', 100]]);
  expect(metrics.status().rejected.event_unreadable).toBe(2);
});

test('the collector runtime fills the gauges within one collection', async () => {
  const { samplesOf } = start([runtime({ intervalMs: 0 })]);
  expect(await samplesOf('cpu_percent')).toEqual([['', expect.any(Number)]]);
  expect(await samplesOf('memory_usage_mb')).toEqual([['', expect.any(Number)]]);
});
