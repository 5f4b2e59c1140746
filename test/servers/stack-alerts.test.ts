/** Shipped alerts fire through a real Prometheus and a real Alertmanager into a webhook, and resolve. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import type { Files } from '../../src/generate/files.js';
import { stackFiles } from '../../src/generate/stack/files.js';
import { stackOptions } from '../generate/stack-options.js';
import { type Program, startNode } from '../support/program.js';
import { realServer } from './available.js';
import {
  flagsOf,
  type StackPrometheus,
  type StackServer,
  startAlertmanager,
  startStackPrometheus,
  writeAll,
} from './stack-server.js';

const [prometheus, alertmanager] = [realServer('PROMETHEUS_3'), realServer('ALERTMANAGER')];
const program = fileURLToPath(new URL('fixtures/benchmark-in-trouble.mjs', import.meta.url));
const polling = { timeout: 90_000, interval: 200 };

/** Errors of more than 5 %, and memory of machine and GPU above 90 %: each with its labels. */
const notified = {
  BenchmarkApiErrorsHigh: { severity: 'ticket', job: 'video_benchmark', model_name: 'CogVideoX-5b' },
  HostMemoryHigh: { severity: 'page', job: 'video_benchmark' },
  GpuMemoryHigh: { severity: 'ticket', job: 'video_benchmark', hw_name: 'gpu0' },
};
/** Utilization above 95 % is information: Alertmanager shows it and notifies nobody. */
const shown = 'BenchmarkGpuBusy';

/** Durations of the generated files, each with a shorter one. */
const scaled: readonly (readonly [RegExp, string])[] = [
  [/^(\s+)for: (?:5m|10m|15m)$/gm, '$1for: 1s'],
  [/\[15m\]/g, '[10s]'],
  [/^(\s+)(scrape_interval|evaluation_interval): 15s$/gm, '$1$2: 1s'],
  [/^(\s+)scrape_timeout: 10s$/gm, '$1scrape_timeout: 1s'],
  [/group_wait: \d+s$/gm, 'group_wait: 1s'],
  [/group_interval: 5m$/gm, 'group_interval: 1s'],
];

interface Notification {
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

function replaced(files: Files, replacements: readonly (readonly [RegExp | string, string])[]): Files {
  const inText = (text: string) => replacements.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  return new Map([...files].map(([path, text]) => [path, inText(text)]));
}

describe.skipIf(prometheus.missing || alertmanager.missing)(
  `alerts, from a program to a webhook${prometheus.note}${alertmanager.note}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelier-alerts-'));
    const received: Notification[] = [];
    let app: Program;
    let control: string;
    let webhook: Server;
    let manager: StackServer;
    let server: StackPrometheus;

    beforeAll(async () => {
      webhook = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        received.push(JSON.parse(Buffer.concat(chunks).toString()));
        response.end();
      }).listen(0, '127.0.0.1');
      await once(webhook, 'listening');
      app = startNode([program], {
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      });
      control = `http://127.0.0.1:${await app.printed(/control (\d+)/)}`;
      const target = await app.printed(/metrics http:\/\/([\d.:]+)\//);
      const rules = ['benchmark', 'host', 'gpu'].map((name) => ({ name, groups: shipped[name]?.rules() ?? [] }));
      const files = stackFiles(stackOptions({ job: 'video_benchmark', targets: [target], rules, notify: ['webhook'] }));
      const { port } = webhook.address() as AddressInfo;
      const url = `url: http://127.0.0.1:${port}/`;
      // Alertmanager's address is known once it runs.
      writeAll(folder, replaced(files, [...scaled, ['url_file: /run/secrets/webhook_url', url]]));
      const conf = join(folder, 'conf');
      manager = await startAlertmanager(
        alertmanager.bin,
        join(conf, 'alertmanager/alertmanager.yml'),
        join(folder, 'alertmanager'),
      );
      writeAll(folder, replaced(files, [...scaled, ['alertmanager:9093', manager.address]]));
      server = await startStackPrometheus(prometheus.bin, {
        config: join(conf, 'prometheus/prometheus.yml'),
        data: join(folder, 'data'),
        flags: flagsOf(files, 'prometheus'),
      });
    }, 120_000);

    afterAll(async () => {
      for (const each of [server, manager, app]) await each?.stop();
      webhook?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const statesOf = async () => {
      const { alerts } = await server.api<{ alerts: { labels: { alertname: string }; state: string }[] }>('alerts');
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    };
    const notifiedOf = (status: string) => [
      ...new Set(
        received.flatMap(({ alerts }) =>
          alerts.filter((each) => each.status === status).map(({ labels }) => labels['alertname']),
        ),
      ),
    ];
    const inManager = async () => {
      const response = await fetch(`${manager.url}/api/v2/alerts`);
      return ((await response.json()) as { labels: { alertname: string } }[]).map(({ labels }) => labels.alertname);
    };

    test('nothing fires while all is well', async () => {
      const calls = () => server.valueOf('sum(increase(api_calls_total{job="video_benchmark"}[10s]))');
      await expect.poll(calls, polling).toBeGreaterThan(20);
      const rules = async () => {
        const { groups } = await server.api<{ groups: { rules: { name: string; health: string }[] }[] }>('rules');
        return groups.flatMap((group) => group.rules).filter(({ health }) => health === 'err');
      };
      expect(await rules()).toEqual([]);
      expect(await statesOf()).toEqual([]);
      expect(received).toEqual([]);
    }, 100_000);

    test('alerts fire into the webhook, with labels and summaries', async () => {
      await fetch(`${control}/trouble`, { method: 'POST' });
      await expect.poll(() => notifiedOf('firing').sort(), polling).toEqual(Object.keys(notified).sort());
      const firing = received.flatMap(({ alerts }) => alerts).filter(({ status }) => status === 'firing');
      for (const [name, labels] of Object.entries(notified)) {
        const found = firing.find((each) => each.labels['alertname'] === name);
        expect(found?.labels).toMatchObject(labels);
        // Values and labels are filled in.
        expect(found?.annotations['summary']).toMatch(/\d%/);
        expect(found?.annotations['summary']).not.toMatch(/[{}]/);
      }
    }, 100_000);

    test('an alert of the severity info is shown in Alertmanager, and notifies nobody', async () => {
      await expect.poll(inManager, polling).toContain(shown);
      expect(notifiedOf('firing')).not.toContain(shown);
    }, 100_000);

    test('alerts resolve', async () => {
      await fetch(`${control}/calm`, { method: 'POST' });
      await expect.poll(() => notifiedOf('resolved').sort(), polling).toEqual(Object.keys(notified).sort());
      await expect.poll(statesOf, polling).toEqual([]);
    }, 200_000);
  },
);
