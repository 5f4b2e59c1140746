/** Texts that an editor shows about the package: hover texts of symbols, and errors of misuses. */
import { expect, test } from 'vitest';
import { openModule } from './support/language-server.js';
import { shopModule } from './support/shop-module.js';

const recordings = `metrics.shop.orders.add(1, { outcome: 'paid' });
metrics.shop.orders.bind({ outcome: 'paid' });
metrics.shop.checkout.time(() => 1, { ok: { outcome: 'paid' }, failed: { outcome: 'declined' } });
metrics.status();
`;

/** Misuses, each on a line of its own. */
const misuses = `metrics.shop.orders.add(1, {});
metrics.shop.orders.add(1, { outcome: 'lost' });
metrics.shop.orders.add(1, { outcome: 'paid', user: 'u1' });
metrics.shop.orders.record(1, { outcome: 'paid' });
metrics.shop.order.add(1, { outcome: 'paid' });
`;

/** Texts in the code whose last word is the symbol. */
const symbols = [
  'metrics.shop.orders',
  'metrics.shop.orders.add',
  'orders: counter',
  'outcome: oneOf',
  "description: 'Time to check out.', buckets",
  'metrics = startMetrics',
  'startMetrics({ catalogues: { shop }, backends',
  'metrics.shop.orders.bind',
  'metrics.shop.checkout.time',
  'metrics.status',
];

test('hover texts and errors are those of the golden file', async () => {
  const before = shopModule + recordings;
  const module = await openModule(before + misuses);
  try {
    const sections = [];
    for (const path of symbols)
      sections.push(`# ${/[\w.]+$/.exec(path)?.[0]}\n\n${(await module.hover(path)).trim()}\n`);
    const errors = (await module.diagnostics()).filter(({ line }) => line >= before.split('\n').length - 1);
    const lines = (before + misuses).split('\n');
    expect(errors).toHaveLength(misuses.trim().split('\n').length);
    for (const { line, message } of errors) sections.push(`# ${lines[line]}\n\n${message}\n`);
    await expect(sections.join('\n')).toMatchFileSnapshot('golden/hover.txt');
  } finally {
    module.close();
  }
});
