/** What a recording costs at a call site that serves many instruments, as one in an instrumentation does. */
import { attributeColumns, mask, order, values } from '../input.mjs';

const instruments = 16;
const seriesEach = 10;

/** Every instrument has keys of its own, so that its attribute objects have a shape of their own. */
function keysOf(index) {
  return ['method', 'status', 'route'].map((key) => `${key}_${index}`);
}

function attributeObjects() {
  const { methods, statuses, routes } = attributeColumns(seriesEach);
  return Array.from({ length: instruments * seriesEach }, (_, place) => {
    const [method, status, route] = keysOf(Math.floor(place / seriesEach));
    const series = place % seriesEach;
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
  const which = order(objects.length);
  const run = (n) => {
    for (let i = 0; i < n; i++) {
      const at = which[i & mask];
      counters[Math.trunc(at / seriesEach)].add(values[i & mask], objects[at]);
    }
  };
  run(objects.length * 30);
  return { kit, run };
}

function inc(open) {
  const kit = open();
  const counters = countersOf(kit);
  const objects = attributeObjects();
  const which = order(objects.length);
  const run = (n) => {
    for (let i = 0; i < n; i++) {
      const at = which[i & mask];
      counters[Math.trunc(at / seriesEach)].inc(objects[at], values[i & mask]);
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
