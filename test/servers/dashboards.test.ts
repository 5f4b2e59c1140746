/**
 * Every query of every dashboard and rule, against real servers: Prometheus, which scrapes a program with all packs and
 * collectors, and a receiver that gets the same metrics by OTLP and names them as Prometheus does. No panel is empty.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { expressionOf } from '../../src/generate/grafana/queries.js';
import { prometheusRules } from '../../src/generate/rules/prometheus.js';
import { type NamingOptions, queryNames } from '../../src/panels/index.js';
import { realServer } from './available.js';
import { type EveryMetric, startEveryMetric } from './every-metric.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.js';

/** Files of a container, in place of those of this process. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const fixtures = new URL('../collectors/fixtures/', import.meta.url);
  const replaced = (path: unknown) => {
    const [, own] = /^\/proc\/self\/(cgroup|mountinfo)$/.exec(String(path)) ?? [];
    if (own !== undefined) return new URL(`containers/docker-v2/${own}`, fixtures);
    const [, group] = /^\/sys\/fs\/cgroup\/(?:.*\/)?([\w.]+)$/.exec(String(path)) ?? [];
    return group === undefined ? path : new URL(`groups/v2-6.12/${group}`, fixtures);
  };
  return {
    ...fs,
    openSync: (path: unknown, flags: string) => fs.openSync(replaced(path) as string, flags),
    readFileSync: (path: unknown, ...rest: never[]) => fs.readFileSync(replaced(path) as string, ...rest),
    // The folder of a group of version 2 that is not that of the host.
    existsSync: (path: unknown) => path === '/sys/fs/cgroup/cgroup.events' || fs.existsSync(replaced(path) as string),
  };
});

const servers = [realServer('PROMETHEUS'), realServer('VICTORIA_METRICS')] as const;
const note = servers.map((each) => each.note).join('');

/** Panels that a program without a fault leaves empty, by what they need. */
const emptyUntil: Readonly<Record<string, string>> = {
  'Lost data points, by cause': 'a loss',
  'Failed deliveries, by cause': 'a failed delivery',
  'Detail that load shedding removed': 'deliveries that take nearly the whole interval',
  'Throttled share': 'periods that pass, unlike those of a file that does not change',
  'Throttled share of the periods': 'periods that pass, unlike those of a file that does not change',
  'Energy of the last day': 'NVML',
  'Mean power, from energy': 'NVML',
  'Processes with the most memory': 'NVML',
};

const everyRule = Object.values(shipped).flatMap(({ rules }) => rules());

describe.skipIf(servers.some(({ missing }) => missing))(`dashboards and rules with data${note}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-rules-'));
  let program: EveryMetric;
  let prometheus: PrometheusServer;
  let victoria: VictoriaMetrics;
  beforeAll(async () => {
    victoria = await startVictoriaMetrics(servers[1].bin, ['-opentelemetry.usePrometheusNaming']);
    program = await startEveryMetric(victoria.otlpUrl);
    const rules = join(folder, 'rules.json');
    // Groups with an interval of minutes would have no data in time.
    const groups = everyRule.map((group) => ({ ...group, interval: '1s' }) as const);
    writeFileSync(rules, JSON.stringify(prometheusRules(groups)));
    prometheus = await startPrometheus(servers[0].bin, [{ name: 'everything', target: program.target }], [], {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
    });
    await prometheus.untilUp('everything');
    await vi.waitFor(async () => {
      expect(await prometheus.valueOf('count_over_time(up[1m])')).toBeGreaterThan(15);
    }, 50_000);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await program?.stop();
    await victoria?.stop();
    rmSync(folder, { recursive: true });
  });

  const seriesIn = {
    scrape: async (expression: string) => (await prometheus.query(expression)).length,
    otlp: async (expression: string) => (await victoria.query(expression)).length,
  };

  const paths = [
    ['scrape', {}],
    ['otlp', { path: 'otlp' }],
  ] as const satisfies readonly (readonly [keyof typeof seriesIn, NamingOptions])[];

  test.each(Object.entries(shipped))('no panel of %s is empty', async (_, { dashboard: make }) => {
    const dashboard = make();
    const empty: string[] = [];
    for (const [path, naming] of paths) {
      for (const panel of dashboard.rows.flatMap(({ panels }) => panels)) {
        for (const query of panel.queries) {
          const text = expressionOf(query, dashboard, queryNames(naming))
            .replaceAll('$__rate_interval', '10s')
            .replace(/\$\w+/g, '.*');
          if ((await seriesIn[path](text)) === 0 && emptyUntil[panel.title] === undefined)
            empty.push(`${path}: ${panel.title}: ${text}`);
        }
      }
    }
    expect(empty).toEqual([]);
  });

  test('every rule is evaluated without an error', async () => {
    const { groups } = await prometheus.api<{ groups: { rules: { name: string; lastError?: string }[] }[] }>('rules');
    const failed = groups.flatMap(({ rules }) => rules.filter(({ lastError = '' }) => lastError !== ''));
    expect(failed).toEqual([]);
    expect(groups).toHaveLength(everyRule.length);
  });

  test.each(everyRule)('recordings of $name have data', async ({ recordings }) => {
    const empty: string[] = [];
    for (const { name } of recordings) if ((await seriesIn.scrape(name)) === 0) empty.push(name);
    expect(empty).toEqual([]);
  });
});
