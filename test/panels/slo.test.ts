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

const conditions = (objective: Slo) =>
  objective.rules.alerts.map(({ name, when }) => [name, promql(when, { names: queryNames(), autoWindow: '5m' })]);

test('an alert needs five bad events in its long window, or as many as the option states', () => {
  const errors = { metric: shop.orders, failed: { outcome: 'declined' } } as const;
  const [share, events] = ['slo:bad_share', 'slo:events'].map(
    (name) => (window: string) => `${name}:${window}{slo="shop_orders"}`,
  ) as [(window: string) => string, (window: string) => string];
  const condition = (long: string, short: string, limit: number, min: number) =>
    `${share(long)} > ${limit} and ${share(short)} > ${limit} and ${share(long)} * ${events(long)} >= ${min}`;
  expect(conditions(slo({ ...common, errors }))).toEqual([
    ['ShopOrdersBurn144', condition('1h', '5m', 0.144, 5)],
    ['ShopOrdersBurn6', condition('6h', '30m', 0.06, 5)],
    ['ShopOrdersBurn3', condition('1d', '2h', 0.03, 5)],
    ['ShopOrdersBurn1', condition('3d', '6h', 0.01, 5)],
  ]);
  expect(conditions(slo({ ...common, errors, minBadEvents: 0 }))[0]?.[1]).toBe(condition('1h', '5m', 0.144, 0));
});

test.each<[string, object]>([
  ['slo "shop_orders".minBadEvents', { minBadEvents: -1 }],
  ['slo "shop_orders".minBadEvents', { minBadEvents: Number.NaN }],
  ['slo "shop_orders".minBadEvents', { minBadEvents: '5' }],
  ['slo "shop_orders".description', { description: 'Orders of {channel} are paid.' }],
  ['slo "shop_orders".description', { description: ' ' }],
  ['slo "shop_orders".objective', { objective: 1 }],
  ['slo shop_orders.period', { period: 'a month' }],
])('%s is reported: %j', (where, changed) => {
  const options = { ...common, errors: { metric: shop.orders, failed: { outcome: 'declined' } }, ...changed };
  const found = thrownBy(() => slo(options as never));
  expect(found?.problems.map((problem) => problem.where)).toEqual([where]);
});

test('a description may name the job and the value', () => {
  const errors = { metric: shop.orders, failed: { outcome: 'declined' } } as const;
  const [first] = slo({ ...common, description: 'Orders of {job} are paid, {value} not.', errors }).rules.alerts;
  expect(first?.summary).toContain('Orders of {job} are paid, {value} not.');
});

test.each<[object, string]>([
  [{ metric: shop.orders }, 'slo "shop_orders".errors'],
  [{ metric: shop.orders, failed: { outcome: 'declined' }, failures: shop.orders }, 'slo "shop_orders".errors'],
])('%#: wrong errors are reported', (errors, where) => {
  expect(thrownBy(() => slo({ ...common, errors } as never))?.problems.map((problem) => problem.where)).toEqual([
    where,
  ]);
});
