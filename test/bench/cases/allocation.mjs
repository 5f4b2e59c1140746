/**
 * Measures the bytes that a recording on a known series allocates.
 *
 * Attribute objects are created beforehand, because they belong to the caller. The subject `new object per call`
 * measures an object created by each call, after the compiler's optimizations.
 */
import { attributeColumns, mask, order, values } from '../input.mjs';
import { threeAttributes100 } from './attributes.mjs';
import { boundCounter, boundExponential, boundHistogram } from './bound.mjs';
import { manyInstruments } from './many-instruments.mjs';

const keys = ['method', 'status', 'route'];
const series = 100;

function lookUp(declared, method) {
  return (open) => {
    const kit = open();
    const counter = kit.counter('c', declared);
    const { methods, statuses, routes } = attributeColumns(series);
    const objects = methods.map((method, index) => ({ method, status: statuses[index], route: routes[index] }));
    const indexes = order(series);
    const run = {
      add(n) {
        for (let i = 0; i < n; i++) counter.add(values[i & mask], objects[indexes[i & mask]]);
      },
      inc(n) {
        for (let i = 0; i < n; i++) counter.inc(objects[indexes[i & mask]], values[i & mask]);
      },
    };
    run[method](series * 30);
    return { kit, run: run[method] };
  };
}

const declared = {
  name: 'three-attributes',
  title: 'counter, 3 declared attributes, 100 series',
  series,
  subjects: {
    ours: lookUp(keys, 'add'),
    'ours, new object per call': threeAttributes100.subjects.ours,
    otel: lookUp(undefined, 'add'),
    prom: lookUp(keys, 'inc'),
  },
};

const undeclared = {
  name: 'undeclared-attributes',
  title: 'counter, 3 undeclared attributes, 100 series',
  series,
  subjects: { ours: lookUp(undefined, 'add'), otel: lookUp(undefined, 'add') },
};

export const allocations = [boundCounter, boundHistogram, boundExponential, declared, undeclared, manyInstruments].map(
  (timed) => ({
    ...timed,
    name: `allocation-${timed.name}`,
    title: `allocation: ${timed.title}`,
    measure: 'allocation',
    bars: [{ of: 'ours', atMost: 0.5 }],
  }),
);
