/** Measures the first recording of an attribute set, which creates its series. */
import { attributeColumns, values } from '../input.mjs';

const keys = ['method', 'status', 'route'];

/** Creates a counter for each repetition, and collects garbage before the measurement starts. */
function addNew(declared) {
  return (open, { seriesAtOnce: series }) => {
    const { methods, statuses, routes } = attributeColumns(series);
    let kit;
    let counter;
    return {
      series,
      n: series,
      get kit() {
        return kit;
      },
      setUp() {
        kit = open();
        counter = kit.counter('c', declared);
        globalThis.gc();
      },
      run(n) {
        for (let i = 0; i < n; i++) {
          counter.add(values[i], { method: methods[i], status: statuses[i], route: routes[i] });
        }
      },
    };
  };
}

function incNew(open, { seriesAtOnce: series }) {
  const { methods, statuses, routes } = attributeColumns(series);
  let kit;
  let counter;
  return {
    series,
    n: series,
    get kit() {
      return kit;
    },
    setUp() {
      kit = open();
      counter = kit.counter('c', keys);
      globalThis.gc();
    },
    run(n) {
      for (let i = 0; i < n; i++) {
        counter.inc({ method: methods[i], status: statuses[i], route: routes[i] }, values[i]);
      }
    },
  };
}

export const firstSight = {
  name: 'first-sight',
  title: 'new series, 3 attributes',
  subjects: { ours: addNew(keys), 'ours, undeclared': addNew(undefined), otel: addNew(undefined), prom: incNew },
  bars: [
    { of: 'ours', against: 'otel', atMost: 2 },
    { of: 'ours, undeclared', against: 'otel', atMost: 2 },
  ],
};
