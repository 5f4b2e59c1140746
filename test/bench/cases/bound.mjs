/** Measures recordings on bound instruments. Stock OpenTelemetry has no bound instruments and looks up the series. */
import { boundaries, mask, values } from '../input.mjs';

const keys = ['method', 'status', 'route'];
const attributes = { method: 'GET', status: '200', route: '/shop/items/7' };

class Cell {
  value = 0;

  add(value) {
    this.value += value;
  }
}

const add = (counter) => (n) => {
  for (let i = 0; i < n; i++) counter.add(values[i & mask]);
};
const record = (histogram) => (n) => {
  for (let i = 0; i < n; i++) histogram.record(values[i & mask]);
};
const recordWith = (histogram) => (n) => {
  for (let i = 0; i < n; i++) histogram.record(values[i & mask], attributes);
};

/** Records once, because some contenders create the series only at the first recording. */
function warmed(kit, run) {
  run(1);
  return { kit, run };
}

export const boundCounter = {
  name: 'bound-counter',
  title: 'bound counter',
  series: 1,
  subjects: {
    limit: () => ({ run: add(new Cell()) }),
    ours(open) {
      const kit = open();
      return warmed(kit, add(kit.counter('c', keys).bind(attributes)));
    },
    otel(open) {
      const kit = open();
      const counter = kit.counter('c', keys);
      return warmed(kit, (n) => {
        for (let i = 0; i < n; i++) counter.add(values[i & mask], attributes);
      });
    },
    prom(open) {
      const kit = open();
      const counter = kit.counter('c', keys).labels(attributes);
      return warmed(kit, (n) => {
        for (let i = 0; i < n; i++) counter.inc(values[i & mask]);
      });
    },
  },
  bars: [
    { of: 'ours', against: 'otel', atLeast: 120 },
    { of: 'ours', against: 'prom-client', atLeast: 50 },
    { of: 'ours', against: 'limit', atMost: 1.5 },
  ],
};

export const boundHistogram = {
  name: 'bound-histogram',
  title: 'bound histogram, 15 buckets',
  series: 1,
  subjects: {
    ours(open) {
      const kit = open();
      return warmed(kit, record(kit.histogram('h', keys, boundaries).bind(attributes)));
    },
    otel(open) {
      const kit = open();
      return warmed(kit, recordWith(kit.histogram('h', keys, boundaries)));
    },
    prom(open) {
      const kit = open();
      const histogram = kit.histogram('h', keys, boundaries).labels(attributes);
      return warmed(kit, (n) => {
        for (let i = 0; i < n; i++) histogram.observe(values[i & mask]);
      });
    },
  },
  bars: [
    { of: 'ours', against: 'otel', atLeast: 60 },
    { of: 'ours', against: 'prom-client', atLeast: 50 },
  ],
};

export const boundExponential = {
  name: 'bound-exponential-histogram',
  title: 'bound exponential histogram',
  series: 1,
  subjects: {
    ours(open) {
      const kit = open({ aggregation: 'exponential' });
      return warmed(kit, record(kit.histogram('h', keys, boundaries).bind(attributes)));
    },
    otel(open) {
      const kit = open({ aggregation: 'exponential' });
      return warmed(kit, recordWith(kit.histogram('h', keys, boundaries)));
    },
  },
  bars: [{ of: 'ours', against: 'otel', atLeast: 50 }],
};
