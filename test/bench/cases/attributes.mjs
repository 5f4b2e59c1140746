/** Measures recordings that look up their series by attributes, passed in a new object by each call. */
import { attributeColumns, mask, order, values } from '../input.mjs';

const keys = ['method', 'status', 'route'];

/** Records into every series once, so that the measurement creates no series. */
function warmed(kit, series, run) {
  run(Math.min(values.length, series * 30));
  return { kit, run, series };
}

export const noAttributes = {
  name: 'no-attributes',
  title: 'counter without attributes',
  series: 1,
  subjects: {
    ours: withoutAttributes('add'),
    otel: withoutAttributes('add'),
    prom: withoutAttributes('inc'),
  },
  bars: [{ of: 'ours', against: 'otel', atLeast: 12 }],
};

function withoutAttributes(method) {
  return (open) => {
    const kit = open();
    const counter = kit.counter('c', []);
    const run = {
      add: (n) => {
        for (let i = 0; i < n; i++) counter.add(values[i & mask]);
      },
      inc: (n) => {
        for (let i = 0; i < n; i++) counter.inc(values[i & mask]);
      },
    };
    return warmed(kit, 1, run[method]);
  };
}

export const oneAttributeOneSeries = oneAttribute(1);
export const oneAttributeManySeries = oneAttribute(100);

/** Doubles subjects and bars: random order of the series, and sequential order. */
function inBothOrders({ subjects, bars }) {
  const bothOrders = Object.entries(subjects).flatMap(([family, prepare]) => [
    [family, prepare(false)],
    [`${family}, in turn`, prepare(true)],
  ]);
  const sequentialBars = bars.map(({ of, against, ...bar }) => ({
    of: `${of}, in turn`,
    against: `${against}, in turn`,
    ...bar,
  }));
  return { subjects: Object.fromEntries(bothOrders), bars: [...bars, ...sequentialBars] };
}

function oneAttribute(series) {
  const routes = Array.from({ length: series }, (_, index) => `/shop/items/${index}`);
  const add = (inTurn) => (open) => {
    const kit = open();
    const counter = kit.counter('c', ['route']);
    const indexes = order(series, inTurn);
    return warmed(kit, series, (n) => {
      for (let i = 0; i < n; i++) counter.add(values[i & mask], { route: routes[indexes[i & mask]] });
    });
  };
  const inc = (inTurn) => (open) => {
    const kit = open();
    const counter = kit.counter('c', ['route']);
    const indexes = order(series, inTurn);
    return warmed(kit, series, (n) => {
      for (let i = 0; i < n; i++) counter.inc({ route: routes[indexes[i & mask]] }, values[i & mask]);
    });
  };
  const bars = [
    { of: 'ours', against: 'otel', atLeast: 14 },
    { of: 'ours', against: 'prom-client', atLeast: 8 },
    { of: 'ours', against: 'platformatic', atLeast: 2 },
  ];
  return {
    name: `one-attribute-${series}`,
    title: `counter, 1 declared attribute, ${series} series`,
    series,
    ...(series === 1
      ? { subjects: { ours: add(false), otel: add(false), prom: inc(false) }, bars }
      : inBothOrders({ subjects: { ours: add, otel: add, prom: inc }, bars })),
  };
}

const addThree =
  (series, declared, { inTurn, ...options } = {}) =>
  (open) => {
    const kit = open(options);
    const counter = kit.counter('c', declared);
    const { methods, statuses, routes } = attributeColumns(series);
    const indexes = order(series, inTurn);
    return warmed(kit, series, (n) => {
      for (let i = 0; i < n; i++) {
        const index = indexes[i & mask];
        counter.add(values[i & mask], { method: methods[index], status: statuses[index], route: routes[index] });
      }
    });
  };

const incThree = (series, inTurn) => (open) => {
  const kit = open();
  const counter = kit.counter('c', keys);
  const { methods, statuses, routes } = attributeColumns(series);
  const indexes = order(series, inTurn);
  return warmed(kit, series, (n) => {
    for (let i = 0; i < n; i++) {
      const index = indexes[i & mask];
      counter.inc({ method: methods[index], status: statuses[index], route: routes[index] }, values[i & mask]);
    }
  });
};

function threeAttributes(series, otel, promClient) {
  const add = (inTurn) => addThree(series, keys, { inTurn });
  return {
    name: `three-attributes-${series}`,
    title: `counter, 3 declared attributes, ${series} series`,
    series,
    ...inBothOrders({
      subjects: { ours: add, otel: add, prom: (inTurn) => incThree(series, inTurn) },
      bars: [
        { of: 'ours', against: 'otel', atLeast: otel },
        { of: 'ours', against: 'prom-client', atLeast: promClient },
      ],
    }),
  };
}

export const threeAttributes100 = threeAttributes(100, 18, 9);
export const threeAttributes10000 = threeAttributes(10_000, 8, 4);

export const undeclared = {
  name: 'undeclared-attributes',
  title: 'counter, 3 undeclared attributes, 100 series',
  series: 100,
  subjects: { ours: addThree(100, undefined), otel: addThree(100, undefined) },
  bars: [{ of: 'ours', against: 'otel', atLeast: 8 }],
};

export const readers = {
  name: 'five-readers',
  title: 'counter, 3 declared attributes, 100 series, read by one or five',
  series: 100,
  subjects: {
    ours: addThree(100, keys),
    'ours, 5 readers': addThree(100, keys, { readers: 5 }),
    otel: addThree(100, keys),
    'otel, 5 readers': addThree(100, keys, { readers: 5 }),
  },
  bars: [{ of: 'ours, 5 readers', against: 'ours', atMost: 1.1 }],
};
