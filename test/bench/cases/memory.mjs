/**
 * Measures the memory of a series after a cumulative collection.
 *
 * Strings are created before the first reading of the heap and held until after the last, so they do not count.
 */
import { attributeColumns, boundaries } from '../input.mjs';

const keys = ['method', 'status', 'route'];

function fill(make, method) {
  return (open, { seriesInMemory: series }) => {
    const columns = attributeColumns(series);
    const attributesOf = (i) => ({ method: columns.methods[i], status: columns.statuses[i], route: columns.routes[i] });
    const kit = open();
    const instrument = make(kit);
    const run = {
      otel(n) {
        for (let i = 0; i < n; i++) instrument[method](1.5, attributesOf(i));
      },
      prom(n) {
        for (let i = 0; i < n; i++) instrument[method](attributesOf(i), 1.5);
      },
    };
    const family = method === 'add' || method === 'record' ? 'otel' : 'prom';
    return { kit, run: run[family], series, n: series, held: columns };
  };
}

const counter = (kit) => kit.counter('c', keys);
const openCounter = (kit) => kit.counter('c');
const histogram = (kit) => kit.histogram('h', keys, boundaries.slice(1));

export const counterMemory = {
  name: 'memory-counter',
  title: 'memory per series, counter, 3 attributes',
  measure: 'memory',
  subjects: {
    ours: fill(counter, 'add'),
    'ours, undeclared': fill(openCounter, 'add'),
    otel: fill(openCounter, 'add'),
    prom: fill(counter, 'inc'),
  },
  bars: [{ of: 'ours', atMost: 250 }],
};

export const histogramMemory = {
  name: 'memory-histogram',
  title: 'memory per series, histogram, 14 buckets, 3 attributes',
  measure: 'memory',
  subjects: { ours: fill(histogram, 'record'), otel: fill(histogram, 'record'), prom: fill(histogram, 'observe') },
  bars: [{ of: 'ours', atMost: 450 }],
};
