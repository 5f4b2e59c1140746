/**
 * The stack with `--scale victoriametrics`, its cluster replaced by one real VictoriaMetrics: Prometheus writes to it, and
 * vmalert records rules in it. The intervals are scaled.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { stackFiles } from '../../src/generate/stack/files.js';
import { stackOptions } from '../generate/stack-options.js';
import { startProgram } from '../support/program.js';
import { realServer } from './available.js';
import { startEndpoint } from './endpoint.js';
import { freePorts, untilAnswers } from './listening.js';
import { flagsOf, startStackPrometheus, writeAll } from './stack-server.js';
import { startVictoriaMetrics } from './victoria-metrics.js';

const [prometheus, storage, rules] = [
  realServer('PROMETHEUS_3'),
  realServer('VICTORIA_METRICS'),
  realServer('VMALERT'),
];
const isMissing = prometheus.missing || storage.missing || rules.missing;
const note = `${prometheus.note}${storage.note}${rules.note}`;
const polling = { timeout: 90_000, interval: 500 };
const root = mkdtempSync(join(tmpdir(), 'otelier-scale-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const scaled: readonly (readonly [RegExp, string])[] = [
  [/interval: 5m$/gm, 'interval: 4s'],
  [/interval: 1h$/gm, 'interval: 12s'],
  [/\[5m/g, '[4s'],
  [/\[1h\]/g, '[12s]'],
  [/\[10m\]/g, '[60s]'],
  [/7500ms/g, '250ms'],
  [/scrape_interval: 15s$/gm, 'scrape_interval: 500ms'],
  [/scrape_timeout: 10s$/gm, 'scrape_timeout: 500ms'],
];

describe.skipIf(isMissing)(`one VictoriaMetrics in place of the cluster${note}`, () => {
  test('holds what Prometheus writes and what vmalert records', { timeout: 240_000 }, async () => {
    const stopping: { stop(): Promise<void> }[] = [];
    try {
      const victoria = await startVictoriaMetrics(storage.bin);
      stopping.push(victoria);
      const shop = await startEndpoint();
      stopping.push(shop);
      const orders = shop.provider.getMeter('shop').createCounter('shop.orders', { unit: '{order}' });
      const files = stackFiles(stackOptions({ scale: 'victoriametrics', targets: [shop.target] }));
      const { origin } = new URL(victoria.otlpUrl);
      const here = (text: string) =>
        text.replace(
          /http:\/\/vminsert:8480\/insert\/0\/prometheus|http:\/\/vmselect:8481\/select\/0\/prometheus/g,
          origin,
        );
      const rewritten = [...files].map(
        ([path, text]) => [path, scaled.reduce((result, [from, to]) => result.replace(from, to), here(text))] as const,
      );
      writeAll(root, new Map(rewritten));
      const conf = join(root, 'conf/prometheus');
      const main = await startStackPrometheus(prometheus.bin, {
        config: join(conf, 'prometheus.yml'),
        data: join(root, 'data'),
        flags: flagsOf(files, 'prometheus'),
      });
      stopping.push(main);
      const { services } = parse(files.get('scale/docker-compose.yaml') ?? '') as {
        services: Record<string, { command: string[] }>;
      };
      const [port] = await freePorts(1);
      const flags = (services['vmalert']?.command ?? []).map((flag) =>
        here(flag).replace('/etc/rules', `${conf}/rules`),
      );
      const vmalert = startProgram(rules.bin, [...flags, `-httpListenAddr=127.0.0.1:${port}`]);
      stopping.push(vmalert);
      await untilAnswers(vmalert, `http://127.0.0.1:${port}/health`);

      const sampleOf = async (expression: string) => (await victoria.query(expression))[0]?.value;
      const reads = (value: number) =>
        vi.waitFor(async () => expect(await sampleOf('shop_orders_total{job="app"}')).toBe(value), polling);
      orders.add(1_000, { channel: 'web', outcome: 'paid' });
      await reads(1_000);
      orders.add(78, { channel: 'web', outcome: 'paid' });
      await reads(1_078);
      await vi.waitFor(async () => expect(await sampleOf('shop_orders_total:last_1h{job="app"}')).toBe(1_078), polling);
    } finally {
      for (const each of stopping.reverse()) await each.stop();
    }
  });
});
