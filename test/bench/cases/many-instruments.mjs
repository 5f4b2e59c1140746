/** Measures recordings at one call site that serves many instruments, as in an instrumentation library. */
import { attributeColumns, mask, order, values } from '../input.mjs';

const instruments = 16;
const seriesEach = 10;

/** Returns separate keys for each instrument, so that its attribute objects have a separate shape. */
function keysOf(index) {
  return ['method', 'status', 'route'].map((key) => `${key}_${index}`);
}

function attributeObjects() {
  const { methods, statuses, routes } = attributeColumns(seriesEach);
  return Array.from({ length: instruments * seriesEach }, (_, position) => {
    const [method, status, route] = keysOf(Math.floor(position / seriesEach));
    const series = position % seriesEach;
    return { [method]: methods[series], [status]: statuses[series], [route]: routes[series] };
  });
}

function countersOf(kit) {
  return Array.from({ length: instruments }, (_, index) => kit.counter(`c${index}`, keysOf(index)));
}

function add(open) {
  const kit = open();
  const counters = countersOf(kit);
  const objects = attributeObjects();
  const indexes = order(objects.length);
  const run = (n) => {
    for (let i = 0; i < n; i++) {
      const index = indexes[i & mask];
      counters[Math.trunc(index / seriesEach)].add(values[i & mask], objects[index]);
    }
  };
  run(objects.length * 30);
  return { kit, run };
}

function inc(open) {
  const kit = open();
  const counters = countersOf(kit);
  const objects = attributeObjects();
  const indexes = order(objects.length);
  const run = (n) => {
    for (let i = 0; i < n; i++) {
      const index = indexes[i & mask];
      counters[Math.trunc(index / seriesEach)].inc(objects[index], values[i & mask]);
    }
  };
  run(objects.length * 30);
  return { kit, run };
}

export const manyInstruments = {
  name: 'many-instruments',
  title: '16 counters through one call site, 3 declared attributes',
  series: instruments * seriesEach,
  subjects: { ours: add, otel: add, prom: inc },
  bars: [
    { of: 'ours', against: 'otel', atLeast: 9 },
    { of: 'ours', against: 'prom-client', atLeast: 5 },
  ],
};
