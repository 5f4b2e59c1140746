/** What queries do not compile: undeclared attributes and values, functions of other kinds, definitions of no catalogue. */
import { expectTypeOf, test } from 'vitest';
import { increase, mean, type Query, quantile, rate, series, value } from '../../src/panels/index.js';
import { shop, shopCatalogue } from '../panels/catalogue.js';

test('queries that are declared', () => {
  expectTypeOf(rate(shop.orders, { by: ['channel', 'job'], where: { outcome: ['paid', '_OTHER'] } })).toExtend<Query>();
  expectTypeOf(value(shop.stock, { where: { shelf: { not: 3 } } })).toExtend<Query>();
  expectTypeOf(rate(shop.checkout)).toExtend<Query>();
});

export function wrongQueries(): void {
  // @ts-expect-error: an undeclared attribute
  rate(shop.orders, { by: ['chanel'] });
  // @ts-expect-error: an undeclared attribute of a metric without attributes
  value(shop.waitMs, { by: ['channel'] });
  // @ts-expect-error: an undeclared value
  rate(shop.orders, { where: { outcome: 'refused' } });
  // @ts-expect-error: an undeclared value of several
  rate(shop.orders, { where: { channel: ['web', 'phone'] } });
  // @ts-expect-error: an undeclared value after `not`
  rate(shop.orders, { where: { channel: { not: 'phone' } } });
  // @ts-expect-error: a number for a text
  rate(shop.orders, { where: { region: 3 } });
  // @ts-expect-error: the rate of a gauge
  rate(shop.stock);
  // @ts-expect-error: the increase of an up-down counter
  increase(shop.open);
  // @ts-expect-error: the quantile of a counter
  quantile(0.5, shop.orders);
  // @ts-expect-error: the mean of a gauge
  mean(shop.stock);
  // @ts-expect-error: the value of a counter
  value(shop.orders);
  // @ts-expect-error: the series of a histogram
  series(shop.checkout);
  // @ts-expect-error: a duration without a unit
  rate(shop.orders, { over: '5' });
  // @ts-expect-error: a definition whose name has no namespace yet
  rate(shopCatalogue.definitions.orders);
}
