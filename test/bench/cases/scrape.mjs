/**
 * Lists the scrape cases and their bars.
 *
 * `fill` creates the series of a contender and returns `touch()`, which records into each series once. A subject is the
 * name of a family, followed by the format if the family has several. `measure` selects the measurement: the time of an
 * in-process scrape, the longest block of the event loop while another process scrapes, or the time of many concurrent
 * scrapes.
 */
import { attributeColumns, boundaries, values } from '../input.mjs';

const keys = ['method', 'status', 'route'];
/** Twelve boundaries. */
const bounds = boundaries.slice(1, -1);

function attributesOf(series) {
  const { methods, statuses, routes } = attributeColumns(series);
  return Array.from({ length: series }, (_, i) => ({ method: methods[i], status: statuses[i], route: routes[i] }));
}

const counters = (count) => ({
  series: ({ share }) => Math.ceil(count * share),
  lines: 1,
  fill(kit, series) {
    const counter = kit.counter('bench_requests', keys);
    const attributes = attributesOf(series);
    const touch = () => {
      for (let i = 0; i < series; i++) kit.add(counter, 1 + (i % 7), attributes[i]);
    };
    for (let time = 0; time < 3; time++) touch();
    return touch;
  },
});

const histograms = (count) => ({
  series: ({ share }) => Math.ceil(count * share),
  /** One more bucket than boundaries, the sum and the count. */
  lines: bounds.length + 3,
  fill(kit, series) {
    const histogram = kit.histogram('bench_wait_seconds', keys, bounds);
    const attributes = attributesOf(series);
    let next = 0;
    const touch = () => {
      for (let i = 0; i < series; i++) kit.record(histogram, values[next++ % values.length], attributes[i]);
    };
    for (let time = 0; time < 20; time++) touch();
    return touch;
  },
});

const allFormats = ['ours', 'ours, OpenMetrics', 'ours, protobuf', 'otel', 'prom'];
const textContenders = ['ours', 'otel', 'prom'];

const atMostHalfAboveText = ['OpenMetrics', 'protobuf'].map((format) => ({
  of: `ours, ${format}`,
  against: 'ours',
  atMost: 1.5,
}));

const inProcess = (name, title, data, otel, promClient) => ({
  name,
  title: `${title}, collected and written`,
  measure: 'time',
  unit: 'ms',
  ...data,
  subjects: allFormats,
  bars: [
    { of: 'ours', against: 'otel', atLeast: otel },
    { of: 'ours', against: 'prom-client', atLeast: promClient },
    ...atMostHalfAboveText,
  ],
});

const blocked = (name, title, data) => ({
  name,
  title: `longest block of the event loop, ${title}, over HTTP with gzip`,
  measure: 'block',
  unit: 'ms',
  ...data,
  subjects: allFormats,
  bars: ['ours', 'ours, OpenMetrics', 'ours, protobuf'].map((of) => ({ of, atMost: 10 })),
});

const parallel = (measure, title, atLeast) => ({
  name: `parallel-${measure}`,
  title: `200 scrapes at once of 10,000 counters, ${title}`,
  measure: measure === 'wall' ? 'parallelWall' : 'parallelBlock',
  unit: 'ms',
  ...counters(10_000),
  subjects: textContenders,
  bars: [{ of: 'ours', against: 'otel', atLeast }],
});

export const scrapeCases = [
  inProcess('counters-10000', '10,000 counters', counters(10_000), 15, 10),
  inProcess('counters-100000', '100,000 counters', counters(100_000), 20, 12),
  inProcess('histograms-10000', '10,000 histograms of 12 boundaries', histograms(10_000), 15, 5),
  blocked('block-counters-100000', '100,000 counters', counters(100_000)),
  blocked('block-histograms-10000', '10,000 histograms', histograms(10_000)),
  parallel('wall', 'all of them', 8),
  parallel('block', 'longest block of the event loop', 20),
];
