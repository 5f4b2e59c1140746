/** Downsampled series reach the server that keeps them for a year: two real Prometheus, with the intervals scaled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Files } from '../../src/generate/files.js';
import { stackFiles } from '../../src/generate/stack/files.js';
import { longTermPaths } from '../../src/generate/stack/options.js';
import { stackOptions } from '../generate/stack-options.js';
import { realServer } from './available.js';
import { type Endpoint, startEndpoint } from './endpoint.js';
import { freePorts } from './listening.js';
import { flagsOf, type StackPrometheus, startStackPrometheus, writeAll } from './stack-server.js';

const prometheus = realServer('PROMETHEUS_3');
const polling = { timeout: 60_000, interval: 200 };
const root = mkdtempSync(join(tmpdir(), 'otelier-long-term-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Durations of the generated files, each with a shorter one; a window stays a multiple of the interval of its rules. */
const scaled: readonly (readonly [RegExp, string])[] = [
  [/interval: 5m$/gm, 'interval: 4s'],
  [/interval: 1h$/gm, 'interval: 12s'],
  [/\[5m/g, '[4s'],
  [/\[1h\]/g, '[12s]'],
  [/\[10m\]/g, '[60s]'],
  [/7500ms/g, '250ms'],
  [/scrape_interval: (?:15s|2m)$/gm, 'scrape_interval: 500ms'],
  [/scrape_timeout: (?:10s|1m)$/gm, 'scrape_timeout: 500ms'],
];

/** Returns the files with shorter durations and with the addresses of this machine. */
function onThisMachine(files: Files, addresses: Readonly<Record<string, string>>): Files {
  const replaced = [...scaled, ...Object.entries(addresses).map(([from, to]) => [new RegExp(from, 'g'), to] as const)];
  return new Map(
    [...files].map(([path, text]) => [path, replaced.reduce((result, [from, to]) => result.replace(from, to), text)]),
  );
}

const startShop = async (port: number) => {
  const endpoint = await startEndpoint({ port });
  const orders = endpoint.provider.getMeter('shop').createCounter('shop.orders', { unit: '{order}' });
  return { endpoint, add: (count: number) => orders.add(count, { channel: 'web', outcome: 'paid' }) };
};

describe.skipIf(prometheus.missing).each(longTermPaths)(`%s${prometheus.note}`, (longTerm) => {
  test('holds exact sums over a restart of the program', { timeout: 240_000 }, async () => {
    const [shopPort = 0, mainPort = 0, longPort = 0] = await freePorts(3);
    const addresses = {
      'prometheus-long:9090': `127.0.0.1:${longPort}`,
      'prometheus:9090': `127.0.0.1:${mainPort}`,
    };
    const files = stackFiles(stackOptions({ longTerm, targets: [`127.0.0.1:${shopPort}`] }));
    const folder = mkdtempSync(join(root, `${longTerm}-`));
    writeAll(folder, onThisMachine(files, addresses));
    const start = (service: string, port: number) =>
      startStackPrometheus(prometheus.bin, {
        config: join(folder, 'conf', service, 'prometheus.yml'),
        data: join(folder, service),
        flags: flagsOf(files, service),
        port,
      });
    const stopping: { stop(): Promise<void> }[] = [];
    try {
      let shop: { endpoint: Endpoint; add(count: number): void } = await startShop(shopPort);
      stopping.push(shop.endpoint);
      const main = await start('prometheus', mainPort);
      stopping.push(main);
      const long = await start('prometheus-long', longPort);
      stopping.push(long);
      const reads = (value: number) =>
        vi.waitFor(async () => expect(await main.valueOf('shop_orders_total{job="app"}')).toBe(value), polling);

      // The first value of a series is no increase.
      shop.add(1_000);
      await reads(1_000);
      shop.add(70);
      await reads(1_070);
      await shop.endpoint.stop();
      stopping.shift();
      shop = await startShop(shopPort);
      stopping.push(shop.endpoint);
      shop.add(5);
      await reads(5);
      shop.add(3);
      await reads(8);

      const total = (resolution: string) =>
        long.valueOf(`sum(sum_over_time(shop_orders_total:increase_${resolution}{job="app"}[10m]))`);
      for (const resolution of ['5m', '1h'])
        await vi.waitFor(async () => expect([resolution, await total(resolution)]).toEqual([resolution, 78]), polling);
      await vi.waitFor(async () => expect(await long.valueOf('shop_orders_total:last_1h')).toBe(8), polling);
      expect(await long.valueOf('count({__name__="shop_orders_total"})')).toBeUndefined();
      expect(await labelsOf(long)).toEqual({ channel: 'web', instance: `127.0.0.1:${shopPort}`, job: 'app' });
    } finally {
      for (const each of stopping) await each.stop();
    }
  });
});

/** Returns labels of the downsampled series: those of the original. */
async function labelsOf(server: StackPrometheus): Promise<object> {
  const [series] = await server.samples('shop_orders_total:last_1h[10m]');
  const { channel, instance, job } = series?.metric ?? {};
  return { channel, instance, job };
}
