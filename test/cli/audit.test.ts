/** The command `otelier audit`, started as users start it. */
import { expect, test } from 'vitest';
import { folderOfTest, otelier } from './command.js';

const { write } = folderOfTest();
const audit = (...args: string[]) => otelier(['audit', ...args]);

const catalogue = `
  import { counter, defineCatalogue, histogram } from 'PACKAGE/dist/index.js';
  import * as panels from 'PACKAGE/dist/panels/index.js';
  const { above, alert, dashboard, increase, metricsOf, panel, rate, raw, recording, row, ruleGroup, slo } = panels;
  const of = (name) => counter({ name, unit: '{order}', description: name });
  const checkout = histogram({ name: 'shop.checkout', unit: 's', description: 'Checkout.', buckets: [1] });
  const wait = histogram({ name: 'shop.wait', unit: 's', description: 'Wait.', buckets: [1] });
  export const shop = defineCatalogue({ shown: of('shop.shown'), alerted: of('shop.alerted'), kept: of('shop.kept'),
    written: of('shop.written'), unused: of('shop.unused'), checkout, wait });
  const metrics = metricsOf(shop);`;
const own = `
  export const board = dashboard({ uid: 'shop', title: 'Shop', description: 'Shop.', rows: [row('Shop', [
    panel({ title: 'Shown', queries: rate(metrics.shown) }),
    panel({ title: 'Written', queries: raw('rate(shop_written_total[5m]) + rate(shop_unused[5m])') })])] });
  export const rules = ruleGroup('shop', { recordings: [recording('shop:kept', rate(metrics.kept))], alerts: [
    alert({ name: 'Alerted', when: above(increase(metrics.alerted), 1), severity: 'info', summary: 'S.', description: 'D.' })] });
  export const objective = slo({ name: 'wait', objective: 0.9, description: 'Wait.', latency: { metric: metrics.wait, below: 1 } });`;

test('lists the metrics that no panel, rule or objective of a module queries', async () => {
  const file = write('shop.mjs', catalogue + own);
  const { code, stdout, stderr } = await audit('--catalogue', file);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/ of --catalogue .*/, ''));
  expect(lines).toEqual(['shop.unused (counter)', 'shop.checkout (histogram)']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'otelier: no query uses 2 of 7 metrics\n' });
});

test('names in the text of a query are those of the path', async () => {
  const file = write('shop.mjs', catalogue + own);
  const { stdout } = await audit('--catalogue', file, '--strategy', 'UnderscoreEscapingWithoutSuffixes');
  expect(stdout).toMatch(/^shop.written .*\nshop.checkout /);
});

test('the dashboard that a catalogue without an own one gets queries all its metrics', async () => {
  expect(await audit('--catalogue', write('shop.mjs', catalogue))).toMatchObject({ code: 0, stdout: '' });
});

test('packs are audited, too', async () => {
  const { code, stdout, stderr } = await audit('--pack', 'http', 'gateway');
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(/^otelier: no query uses 0 of [1-9]\d metrics\n$/);
});

test('a module that cannot be loaded is an error', async () => {
  const { code, stderr } = await audit('--catalogue', 'missing.js');
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('a module that can be loaded') });
});
