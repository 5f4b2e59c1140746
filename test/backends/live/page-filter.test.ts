/** The past that a page gets when its filter changes. */
import { afterEach, expect, test, vi } from 'vitest';
import { shopCatalogue } from '../../panels/catalogue.js';
import { scene, settle } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

const eu = { where: { region: 'eu' } };
const us = { where: { region: 'us' } };
/** Orders of the last second that each history has; `undefined` without values of metrics. */
test.each<[name: string, steps: readonly (readonly { where?: Record<string, string> }[])[], orders: unknown[]]>([
  ['the same conditions', [[{}], [eu], [eu]], [undefined, 1, undefined]],
  ['other conditions, and none again', [[eu], [us], [{}]], [1, 2, 3]],
  ['conditions that return before an answer', [[eu], [us, eu]], [1, 1]],
  ['the same conditions, before an answer', [[eu, eu]], [1]],
])('the past of metrics follows a change of conditions: %s', async (_, steps, orders) => {
  const { client, seconds, catalogues, instruments } = scene();
  catalogues.push({ name: 'shop', metrics: shopCatalogue.metrics });
  const shop = instruments(shopCatalogue);
  const page = client({ page: { dashboard: 'shop' } });
  const work = () => {
    shop.orders.add(1, { channel: 'web', outcome: 'paid', region: 'eu' });
    shop.orders.add(2, { channel: 'web', outcome: 'paid', region: 'us' });
  };
  work();
  await seconds(4, work);
  expect(page.history().metrics).toBeDefined();
  const seen: unknown[] = [];
  for (const step of steps) {
    for (const { where } of step)
      page.subscribe({ type: 'subscribe', ...(where === undefined ? {} : { where }), page: { dashboard: 'shop' } });
    await settle();
    seen.push(page.history().metrics?.['shop.orders']?.at(-1));
  }
  expect(seen).toEqual(orders);
});
