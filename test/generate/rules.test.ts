/** Rule files, resources of the operator, runbooks and Datadog monitors of the test catalogue. */
import { expect, test } from 'vitest';
import { ruleFiles, ruleFormats } from '../../src/generate/rules/files.js';
import {
  above,
  absent,
  alert,
  quantile,
  rate,
  ratio,
  recorded,
  recording,
  ruleGroup,
  series,
  slo,
  value,
} from '../../src/panels/index.js';
import { shop } from '../panels/catalogue.js';

const p95 = recording('shop:checkout:p95', quantile(0.95, shop.checkout, { by: ['channel'] }), { team: 'shop' });
const failures = ratio(
  rate(shop.orders, { by: ['channel'], where: { outcome: 'declined' } }),
  rate(shop.orders, { by: ['channel'] }),
);

const rules = [
  ruleGroup('shop', {
    interval: '30s',
    recordings: [p95],
    alerts: [
      alert({
        name: 'ShopDeclined',
        when: above(failures, 0.05),
        severity: 'page',
        summary: '{value} of the orders of {channel} are declined.',
        description: 'See {{the}} payment provider: "quoted", 5 % | 10 %.',
        labels: { team: '{{ shop }}' },
      }),
      alert({
        name: 'ShopSlow',
        when: above(recorded(p95), 2),
        for: '10m',
        keepFiringFor: '5m',
        severity: 'ticket',
        summary: 'Checkouts of {channel} take {value}.',
        description: 'Look at the payment provider.',
      }),
      alert({
        name: 'ShopSilent',
        when: absent(series(shop.orders)),
        for: '0s',
        severity: 'info',
        summary: 'No orders.',
        description: 'Is the shop up?',
      }),
      alert({
        name: 'ShopStockLow',
        when: above(value(shop.stock, { by: ['shelf'], where: { shelf: { not: [8, 9] } } }), 3),
        severity: 'info',
        summary: 'Shelf {shelf}: {value}.',
        description: 'Refill.',
      }),
    ],
  }),
  slo({
    name: 'checkout_latency',
    objective: 0.99,
    description: 'Checkouts within half a second.',
    latency: { metric: shop.checkout, below: 0.5 },
  }).rules,
  slo({
    name: 'orders',
    objective: 0.999,
    period: '7d',
    description: 'Paid orders.',
    errors: { metric: shop.orders, failed: { outcome: 'declined' }, where: { channel: 'web' } },
  }).rules,
];

test.each(ruleFormats)('files of the format %s', async (format) => {
  const files = ruleFiles(
    [
      { name: 'shop', groups: rules },
      { name: 'empty', groups: [] },
    ],
    format,
    {
      runbooks: 'https://wiki.example/alerts.md',
    },
  );
  for (const [path, text] of files) await expect(text).toMatchFileSnapshot(`../golden/generate/${path}`);
  expect([...files.keys()]).toHaveLength(2);
});
