/** Objectives on errors: failures are a part of the events, or another metric counts them. */
import { expect, test } from 'vitest';
import { promql, queryNames, type Slo, slo } from '../../src/panels/index.js';
import { thrownBy } from '../support/thrown.js';
import { shop } from './catalogue.js';

const common = { name: 'shop_orders', objective: 0.99, description: 'Orders are paid.' };
const badShare = (objective: Slo) => promql(objective.badShare('1h'), { names: queryNames(), autoWindow: '5m' });

test('failures are a part of the events', () => {
  const declined = slo({ ...common, errors: { metric: shop.orders, failed: { outcome: 'declined' } } });
  const all = 'sum by (job) (increase(shop_orders_total[1h]))';
  expect(badShare(declined)).toBe(
    `(sum by (job) (increase(shop_orders_total{outcome="declined"}[1h])) or ${all} * 0) / ${all}`,
  );
});

test('another metric counts failures', () => {
  const failed = slo({ ...common, errors: { metric: shop.checkout, failures: shop.orders } });
  const all = 'sum by (job) (increase(shop_checkout_duration_seconds_count[1h]))';
  expect(badShare(failed)).toBe(`(sum by (job) (increase(shop_orders_total[1h])) or ${all} * 0) / ${all}`);
});

test.each<[object, string]>([
  [{ metric: shop.orders }, 'slo "shop_orders".errors'],
  [{ metric: shop.orders, failed: { outcome: 'declined' }, failures: shop.orders }, 'slo "shop_orders".errors'],
])('%#: wrong errors are reported', (errors, where) => {
  expect(thrownBy(() => slo({ ...common, errors } as never))?.problems.map((problem) => problem.where)).toEqual([
    where,
  ]);
});
