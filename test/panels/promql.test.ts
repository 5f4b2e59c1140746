/** PromQL of every kind of query, by path and form of histograms; each is parsed by the grammar of Prometheus. */
import { expect, test } from 'vitest';
import { defineCatalogue, gauge, text as textType } from '../../src/index.js';
import type { NamingOptions, Query } from '../../src/panels/index.js';
import * as panels from '../../src/panels/index.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { shop } from './catalogue.js';

const {
  above,
  absent,
  and,
  avgOver,
  below,
  bottomk,
  deltaOver,
  distribution,
  divide,
  hour,
  increase,
  mean,
  minus,
  newEvents,
  now,
  offset,
  or,
  promql,
  quantile,
  queryNames,
  rate,
  ratio,
  raw,
  recorded,
  recording,
  series,
  shareBelow,
  stddevOver,
  times,
  topk,
  unless,
  value,
} = panels;

const orders = 'shop_orders_total';
const text = (query: Query, naming: NamingOptions = {}) =>
  promql(query, { names: queryNames(naming), autoWindow: '5m' });

const p95 = recording('shop:checkout:p95', quantile(0.95, shop.checkout, { by: ['channel'] }), { shop: 'main' });

test.each<[Query, string]>([
  [rate(shop.orders), `sum(rate(${orders}[5m]))`],
  [rate(shop.orders, { by: ['channel', 'instance'], over: '1h' }), `sum by (channel, instance) (rate(${orders}[1h]))`],
  [rate(shop.orders, { where: { channel: 'web' } }), `sum(rate(${orders}{channel="web"}[5m]))`],
  [
    rate(shop.orders, { where: { region: { not: ['a.b', '"q"\n\\'] } } }),
    `sum(rate(${orders}{region!~"a\\\\.b|\\"q\\"\\n\\\\\\\\"}[5m]))`,
  ],
  [rate(shop.orders, { where: { region: { not: '' } } }), `sum(rate(${orders}{region!=""}[5m]))`],
  [rate(shop.orders, { where: { region: undefined } as never }), `sum(rate(${orders}[5m]))`],
  [rate(shop.checkout), 'sum(rate(shop_checkout_duration_seconds_count[5m]))'],
  [rate(shop.checkout, { of: 'sum' }), 'sum(rate(shop_checkout_duration_seconds_sum[5m]))'],
  [increase(shop.orders, { over: '1d' }), `sum(increase(${orders}[1d]))`],
  [
    quantile(0.95, shop.checkout, { by: ['channel'] }),
    'histogram_quantile(0.95, sum by (le, channel) (rate(shop_checkout_duration_seconds_bucket[5m])))',
  ],
  [quantile(0.5, shop.payload), 'histogram_quantile(0.5, sum(rate(shop_payload_bytes[5m])))'],
  [
    mean(shop.checkout),
    'sum(rate(shop_checkout_duration_seconds_sum[5m])) / sum(rate(shop_checkout_duration_seconds_count[5m]))',
  ],
  [
    mean(shop.payload),
    'sum(histogram_sum(rate(shop_payload_bytes[5m]))) / sum(histogram_count(rate(shop_payload_bytes[5m])))',
  ],
  [
    shareBelow(0.5, shop.checkout),
    'sum(rate(shop_checkout_duration_seconds_bucket{le="0.5"}[5m])) / sum(rate(shop_checkout_duration_seconds_count[5m]))',
  ],
  [shareBelow(1, shop.checkout).left, 'sum(rate(shop_checkout_duration_seconds_bucket{le=~"1|1\\\\.0"}[5m]))'],
  [
    shareBelow(1_000_000, shop.checkout).left,
    'sum(rate(shop_checkout_duration_seconds_bucket{le=~"1000000|1e\\\\+06"}[5m]))',
  ],
  [
    shareBelow(0.00001, shop.checkout).left,
    'sum(rate(shop_checkout_duration_seconds_bucket{le=~"0\\\\.00001|1e-05"}[5m]))',
  ],
  [distribution(shop.checkout), 'sum by (le) (rate(shop_checkout_duration_seconds_bucket[5m]))'],
  [value(shop.stock), 'avg(shop_stock)'],
  [value(shop.stock, { by: ['shelf'], where: { shelf: [1, 2] } }), 'avg by (shelf) (shop_stock{shelf=~"1|2"})'],
  [value(shop.stock, { merge: 'count' }), 'count(shop_stock)'],
  [value(shop.waitMs), 'max(shop_wait_ms)'],
  [value(shop.open), 'sum(shop_carts_open)'],
  [value(shop.phase, { by: ['shop.phase' as never], merge: 'max' }), 'max by (shop_phase) (shop_phase)'],
  [
    ratio(rate(shop.orders, { where: { outcome: 'declined' } }), rate(shop.orders)),
    `(sum(rate(${orders}{outcome="declined"}[5m])) or sum(rate(${orders}[5m])) * 0) / sum(rate(${orders}[5m]))`,
  ],
  [
    divide(rate(shop.orders, { by: ['channel'] }), rate(shop.orders)),
    `sum by (channel) (rate(${orders}[5m])) / on () group_left () sum(rate(${orders}[5m]))`,
  ],
  [
    divide(rate(shop.orders, { by: ['channel'] }), rate(shop.orders, { by: ['channel', 'region'] })),
    `sum by (channel) (rate(${orders}[5m])) / on (channel) group_right () sum by (channel, region) (rate(${orders}[5m]))`,
  ],
  [minus(3, minus(value(shop.open), times(2, 4))), '3 - (sum(shop_carts_open) - 2 * 4)'],
  [times(minus(value(shop.open), 1), 100), '(sum(shop_carts_open) - 1) * 100'],
  [topk(3, rate(shop.orders, { by: ['region'] })), `topk(3, sum by (region) (rate(${orders}[5m])))`],
  [bottomk(1, value(shop.stock, { by: ['shelf'] })), 'bottomk(1, avg by (shelf) (shop_stock))'],
  [absent(series(shop.open)), 'absent(shop_carts_open)'],
  [series(shop.orders, { where: { channel: 'app' } }), `${orders}{channel="app"}`],
  [avgOver(value(shop.stock), '1h'), 'avg_over_time((avg(shop_stock))[1h:])'],
  [stddevOver(series(shop.stock), '1h'), 'stddev_over_time(shop_stock[1h])'],
  [deltaOver(series(shop.stock), '1h'), 'delta(shop_stock[1h])'],
  [
    offset(mean(shop.checkout, { over: '1h' }), '7d'),
    'sum(rate(shop_checkout_duration_seconds_sum[1h] offset 7d)) / sum(rate(shop_checkout_duration_seconds_count[1h] offset 7d))',
  ],
  [offset(value(shop.open), '1d'), 'sum(shop_carts_open offset 1d)'],
  [recorded(p95), 'shop:checkout:p95{shop="main"}'],
  [avgOver(recorded(p95), '1d'), 'avg_over_time(shop:checkout:p95{shop="main"}[1d])'],
  [offset(avgOver(recorded(p95), '1d'), '7d'), 'avg_over_time(shop:checkout:p95{shop="main"}[1d] offset 7d)'],
  [above(value(shop.open), 3), 'sum(shop_carts_open) > 3'],
  [
    and(above(value(shop.stock, { by: ['shelf'] }), 3), below(hour, 8)),
    'avg by (shelf) (shop_stock) > 3 and on () hour() < 8',
  ],
  [unless(value(shop.open), above(value(shop.stock), 3)), 'sum(shop_carts_open) unless avg(shop_stock) > 3'],
  [or(value(shop.open), value(shop.stock)), 'sum(shop_carts_open) or avg(shop_stock)'],
  [
    newEvents(shop.orders, { by: ['channel'], over: '15m' }),
    `sum by (channel) (${orders}) - sum by (channel) (${orders} offset 15m) or sum by (channel) (${orders}) unless sum by (channel) (${orders} offset 15m)`,
  ],
  [minus(now, series(shop.open)), 'time() - shop_carts_open'],
  [times(raw('up + up'), 2), '(up + up) * 2'],
])('%#: %o', (query, expected) => {
  expect(text(query)).toBe(expected);
  expect(firstErrorIn(expected)).toBeUndefined();
});

test('a metric whose name is a word of PromQL, and a text with the replacement character', () => {
  const on = panels.metricsOf(
    defineCatalogue({ on: gauge({ name: 'on', unit: '{x}', description: 'On.', attributes: { by: textType() } }) }),
  ).on;
  const rendered = text(value(on, { where: { by: 'a\ufffd' } }), { strategy: 'NoTranslation' });
  expect(rendered).toBe('avg({__name__="on", by="a\\ufffd"})');
  expect(firstErrorIn(rendered)).toBeUndefined();
});

test.each<[NamingOptions, string]>([
  [{}, 'avg(shop_wait_ms)'],
  [{ path: 'otlp' }, 'avg(shop_wait_ms_milliseconds)'],
  [{ strategy: 'NoTranslation' }, 'avg({"shop.wait_ms"})'],
  [{ path: 'otlp', strategy: 'NoUTF8EscapingWithSuffixes' }, 'avg({"shop.wait_ms"})'],
])('names of %o', (naming, expected) => {
  expect(text(value(shop.waitMs, { merge: 'avg' }), naming)).toBe(expected);
});

test.each<[NamingOptions, string]>([
  [{ histograms: 'native' }, 'histogram_quantile(0.5, sum(rate(shop_checkout_duration_seconds[5m])))'],
  [{ histograms: 'classic' }, 'histogram_quantile(0.5, sum by (le) (rate(shop_checkout_duration_seconds_bucket[5m])))'],
])('histograms of %o', (naming, expected) => {
  expect(text(quantile(0.5, shop.checkout), naming)).toBe(expected);
});

test('native histograms have the share below a bound', () => {
  const fraction = 'rate(shop_checkout_duration_seconds[5m])';
  expect(text(shareBelow(0.5, shop.checkout), { histograms: 'native' })).toBe(
    `sum(histogram_fraction(-Inf, 0.5, ${fraction}) * histogram_count(${fraction})) / sum(histogram_count(${fraction}))`,
  );
});

test.each<[Query, string]>([
  [rate(shop.orders, { where: { region: 'eu' } }), `sum(rate(${orders}{job=~"$job", channel=~"$c", region="eu"}[1m]))`],
  [value(shop.open), 'sum(shop_carts_open{job=~"$job"})'],
  [recorded(p95), 'shop:checkout:p95{channel=~"$c", shop="main"}'],
  [recorded(recording('a:b', value(shop.open, { by: ['job'] }))), 'a:b{job=~"$job"}'],
])('filters are part of the selectors that have the label: %#', (query, expected) => {
  const filters = { job: '=~"$job"', channel: '=~"$c"' };
  expect(promql(query, { names: queryNames(), autoWindow: '1m', filters })).toBe(expected);
});

test.each<[string, () => unknown, RegExp]>([
  ['an offset of raw text', () => offset(raw('up'), '1h'), /without raw\(\)/],
  ['a comment in raw text', () => raw('up # all'), /wrong at character 4/],
  ['a condition that is never true', () => above(value(shop.open), Number.NaN), /a query or a number/],
])('%s throws', (_, call, message) => {
  expect(call).toThrow(message);
});

test('a lone surrogate becomes the replacement character', () => {
  expect(text(rate(shop.orders, { where: { region: 'a\ud800' } }))).toContain('region="a\\ufffd"');
});
