/** Random queries of each operation. */
import fc from 'fast-check';
import * as panels from '../../../src/panels/index.js';
import type { Aggregate, OverTime, Query, Samples, WindowFunction } from '../../../src/panels/query.js';
import { shop } from '../catalogue.js';

/** Recording rules that the queries use. */
export const recordings = [
  panels.recording('shop:orders:rate', panels.rate(shop.orders, { by: ['channel'], over: '1m' }), { team: 'a' }),
  panels.recording('shop:stock:all', panels.value(shop.stock)),
] as const;

const by = fc.constantFrom<('channel' | 'outcome' | 'region' | 'instance')[]>(
  [],
  ['channel'],
  ['channel', 'region'],
  ['outcome', 'instance'],
);
const channel = fc.constantFrom<('channel' | 'instance')[]>([], ['channel'], ['channel', 'instance']);
const window = fc.constantFrom('10s', '45s', '1m', '2m', '5m');
const over = fc.oneof(fc.constant<'auto'>('auto'), window);
const where = fc.constantFrom<object>(
  {},
  { channel: 'web' },
  { region: '' },
  { region: { not: 'eu' } },
  { outcome: ['paid', '_OTHER'] },
  { channel: 'web', outcome: 'declined' },
);
const part = fc.constantFrom<'count' | 'sum'>('count', 'sum');
const share = fc.constantFrom(0, 0.1, 0.5, 0.9, 0.95, 1);
const mergeFunction = fc.constantFrom<Aggregate['function']>('sum', 'avg', 'min', 'max', 'count', 'stddev');
const windowFunction = fc.constantFrom<WindowFunction>(
  'rate',
  'increase',
  'delta',
  'changes',
  'avg',
  'min',
  'max',
  'sum',
  'count',
  'stddev',
);

const growth = fc.oneof(
  fc.record({ by, where, over }).map((selection) => panels.rate(shop.orders, selection)),
  fc.record({ by, where, over }).map((selection) => panels.increase(shop.orders, selection)),
  fc.record({ by: channel, of: part, over }).map((selection) => panels.rate(shop.checkout, selection)),
  fc.record({ of: part, over }).map((selection) => panels.increase(shop.payload, selection)),
);
const distribution = fc.oneof(
  fc
    .tuple(share, fc.record({ by: channel, over }))
    .map(([quantile, selection]) => panels.quantile(quantile, shop.checkout, selection)),
  fc
    .tuple(share, fc.record({ over }))
    .map(([quantile, selection]) => panels.quantile(quantile, shop.payload, selection)),
  fc.record({ by: channel, over }).map((selection) => panels.mean(shop.checkout, selection)),
  fc.record({ over }).map((selection) => panels.mean(shop.payload, selection)),
  fc
    .tuple(fc.constantFrom(0.00001, 0.5, 1, 1_000_000), fc.record({ by: channel, over }))
    .map(([bound, selection]) => panels.shareBelow(bound, shop.checkout, selection)),
  fc.record({ over }).map((selection) => panels.distribution(shop.checkout, selection)),
);
const current = fc.oneof(
  fc
    .record({ by: fc.constantFrom<'shelf'[]>([], ['shelf']), merge: mergeFunction })
    .map((selection) => panels.value(shop.stock, selection)),
  fc.constant(panels.value(shop.waitMs)),
  fc.constant(panels.value(shop.open)),
);
const single = fc.constantFrom<Samples>(
  panels.series(shop.stock),
  panels.series(shop.stock, { where: { shelf: [1, 3] } }),
  panels.series(shop.orders),
  panels.series(shop.orders, { where: { channel: 'app' } }),
  panels.series(shop.open),
);
const ofSamples = fc
  .tuple(windowFunction, single, window)
  .map(([name, of, length]): Query => ({ op: 'overTime', function: name, of, window: length }));

/** Random queries whose series have no name of a metric. */
const plain: fc.Arbitrary<Query> = fc.oneof(growth, distribution, current, ofSamples);

const combined = (operand: fc.Arbitrary<Query>, depth: number): fc.Arbitrary<Query> => {
  if (depth === 0) return operand;
  const inner = combined(operand, depth - 1);
  const calculation = fc.constantFrom(panels.plus, panels.minus, panels.times, panels.divide);
  const comparison = fc.constantFrom(
    panels.above,
    panels.atLeast,
    panels.below,
    panels.atMost,
    panels.equal,
    panels.unequal,
  );
  const set = fc.constantFrom(panels.and, panels.or, panels.unless);
  const number = fc.constantFrom(-2.5, 0, 1, 3, 100);
  return fc.oneof(
    { weight: 9, arbitrary: operand },
    fc.tuple(calculation, inner, inner).map(([apply, left, right]) => apply(left, right)),
    fc.tuple(calculation, inner, number).map(([apply, left, right]) => apply(left, right)),
    fc.tuple(calculation, number, inner).map(([apply, left, right]) => apply(left, right)),
    fc.tuple(comparison, inner, inner).map(([apply, left, right]) => apply(left, right)),
    fc.tuple(comparison, inner, number).map(([apply, left, right]) => apply(left, right)),
    fc.tuple(set, inner, inner).map(([apply, left, right]) => apply(left, right)),
    fc.tuple(inner, inner).map(([left, right]) => panels.ratio(left, right)),
    inner.map((of) => panels.minus(panels.now, of)),
    inner.map((of) => panels.and(of, panels.above(panels.hour, -1))),
    inner.map((of) => panels.plus(panels.weekday, of)),
    inner.map((of) => panels.absent(of)),
    single.map((of) => panels.absent(of)),
    fc
      .tuple(mergeFunction, fc.constantFrom<string[]>([], ['channel'], ['shelf', 'outcome']), inner)
      .map(([name, labels, of]): Query => ({ op: 'aggregate', function: name, by: labels, of })),
    fc
      .tuple(windowFunction, inner, fc.constantFrom<OverTime['window']>('30s', '1m', '2m', 'auto'))
      .map(([name, of, length]): Query => ({ op: 'overTime', function: name, of, window: length })),
    fc
      .tuple(fc.constantFrom(panels.topk, panels.bottomk), fc.integer({ min: 1, max: 3 }))
      .map(([apply, count]) => apply(count, panels.series(shop.stock))),
  );
};

const withOffset = (of: fc.Arbitrary<Query>) =>
  fc
    .tuple(of, fc.constantFrom(undefined, undefined, '15s', '1m'))
    .map(([query, duration]) => (duration === undefined ? query : panels.offset(query, duration as '15s')));

const ofRules = fc.oneof(
  fc.constantFrom<Query>(...recordings.map(panels.recorded)),
  fc
    .tuple(windowFunction, fc.constantFrom(...recordings.map(panels.recorded)), window)
    .map(([name, of, length]): Query => ({ op: 'overTime', function: name, of, window: length })),
);

const events = fc
  .record({ by, where, over: window })
  .map((selection) => panels.above(panels.newEvents(shop.orders, selection), 0));

/** Random queries of samples. */
export const anyQuery: fc.Arbitrary<Query> = fc.oneof(
  { weight: 15, arbitrary: withOffset(combined(plain, 2)) },
  { weight: 1, arbitrary: events },
);

/** Random queries of series of recording rules. Both interpreters agree at multiples of the interval of the rules. */
export const anyRecordedQuery: fc.Arbitrary<Query> = withOffset(combined(ofRules, 1));
