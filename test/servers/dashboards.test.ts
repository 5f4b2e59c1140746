/**
 * Every query of every dashboard and rule, against real servers: Prometheus, which scrapes a program with all packs and
 * collectors, and a receiver that gets the same metrics by OTLP and names them as Prometheus does. No panel is empty.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  agentRules,
  gatewayRules,
  genaiDashboard,
  healthRules,
  inferenceRules,
  shipped,
  visionRules,
} from '../../src/dashboards/index.js';
import { expressionOf, variablesOf } from '../../src/generate/grafana/queries.js';
import { prometheusRules } from '../../src/generate/rules/prometheus.js';
import {
  type Dashboard,
  type NamingOptions,
  promql,
  type Query,
  queryNames,
  type RuleGroup,
} from '../../src/panels/index.js';
import { mapQuery } from '../../src/panels/query.js';
import { realServer } from './available.js';
import { hasCompiler } from './every-gpu.js';
import { type EveryMetric, startEveryMetric } from './every-metric.js';
import { growingGroup } from './growing-files.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.js';

/** Folder of the control group of the container. */
const shown = vi.hoisted(() => ({ group: '' }));

/** Files of a container in place of those of this process, and pressure where the kernel has none. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const fixtures = new URL('../collectors/fixtures/', import.meta.url);
  const replaced = (path: unknown) => {
    const [, own] = /^\/proc\/self\/(cgroup|mountinfo)$/.exec(String(path)) ?? [];
    if (own !== undefined) return new URL(`containers/docker-v2/${own}`, fixtures);
    const [, pressure] = /^\/proc\/(pressure\/\w+)$/.exec(String(path)) ?? [];
    if (pressure !== undefined && !fs.existsSync(String(path))) return new URL(`linux-6.12/proc/${pressure}`, fixtures);
    const [, group] = /^\/sys\/fs\/cgroup\/(?:.*\/)?([\w.]+)$/.exec(String(path)) ?? [];
    return group === undefined ? path : `${shown.group}/${group}`;
  };
  return {
    ...fs,
    openSync: (path: unknown, flags: string) => fs.openSync(replaced(path) as string, flags),
    readFileSync: (path: unknown, ...rest: never[]) => fs.readFileSync(replaced(path) as string, ...rest),
    existsSync: (path: unknown) => path === '/sys/fs/cgroup/cgroup.events' || fs.existsSync(replaced(path) as string),
  };
});

const servers = [realServer('PROMETHEUS'), realServer('VICTORIA_METRICS')] as const;
const note = servers.map((each) => each.note).join('');

/** Panels that need NVML, which shows what nvidia-smi does not. The fake NVML is compiled. */
const nvmlPanels = ['Energy of the last day', 'Mean power, from energy', 'Processes with the most memory'];
/** Panels that stay empty, by dashboard, with the reason. */
const emptyPanels: Readonly<Record<string, string>> = Object.fromEntries(
  nvmlPanels.map((title) => [`gpu: ${title}`, 'no C compiler for the fake NVML']),
);
const staysEmpty = (panel: string) => !hasCompiler && panel in emptyPanels;

const dashboards: Readonly<Record<string, Dashboard>> = {
  ...Object.fromEntries(Object.entries(shipped).map(([name, { dashboard }]) => [name, dashboard()])),
  'genai, latest conventions': genaiDashboard({ conventions: 'latest' }),
};
/** A service runs for hours; the program of the test runs for seconds. */
const seconds = { serviceAfter: '10s' } as const;
const rulesOfSeconds: Readonly<Record<string, () => readonly RuleGroup[]>> = {
  agent: () => agentRules(seconds),
  gateway: () => gatewayRules(seconds),
  health: () => healthRules(seconds),
  inference: () => inferenceRules(seconds),
  vision: () => visionRules(seconds),
};
const everyRule = Object.entries(shipped).flatMap(([name, { rules }]) => (rulesOfSeconds[name] ?? rules)());

/** Names of the paths to the servers. */
const paths = [
  ['scrape', {}],
  ['otlp', { path: 'otlp' }],
] as const satisfies readonly (readonly ['scrape' | 'otlp', NamingOptions])[];
/** Window of panels without one. */
const window = '20s';

/** Replaces the variables of Grafana as it does for the choice "All". */
const withAll = (text: string) => text.replaceAll('$__rate_interval', window).replace(/\$\w+/g, '.*');

describe.skipIf(servers.some(({ missing }) => missing))(`dashboards and rules with data${note}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-rules-'));
  const group = growingGroup();
  shown.group = group.folder;
  /** Time until which series may appear. */
  let endMs = 0;
  let program: EveryMetric;
  let prometheus: PrometheusServer;
  let victoria: VictoriaMetrics;
  beforeAll(async () => {
    victoria = await startVictoriaMetrics(servers[1].bin, ['-opentelemetry.usePrometheusNaming']);
    program = await startEveryMetric(victoria.otlpUrl);
    const rules = join(folder, 'rules.json');
    // Each group is evaluated at the interval of the server.
    writeFileSync(rules, JSON.stringify(prometheusRules(everyRule.map(({ interval, ...rest }) => rest))));
    const jobs = program.targets.map((target, index) => ({ name: `everything-${index}`, target }));
    prometheus = await startPrometheus(servers[0].bin, jobs, [], {
      global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '5s' },
      rule_files: [rules],
    });
    await Promise.all(jobs.map(({ name }) => prometheus.untilUp(name)));
    endMs = performance.now() + 40_000;
  });
  afterAll(async () => {
    await prometheus?.stop();
    await program?.stop();
    await victoria?.stop();
    group.stop();
    rmSync(folder, { recursive: true });
  });

  const valuesOf = {
    scrape: async (expression: string) =>
      (await prometheus.query(expression)).map(({ value, histogram }) => (histogram ? 0 : Number(value?.[1]))),
    otlp: async (expression: string) => (await victoria.query(expression, '10s')).map(({ value }) => value),
  };

  /** Query, and what it belongs to. */
  interface Asked {
    readonly path: keyof typeof valuesOf;
    readonly of: string;
    readonly text: string;
  }

  /** Waits until each query has a value that Grafana shows. Fails with the queries that have none. */
  async function expectData(asked: readonly Asked[]): Promise<void> {
    let empty = asked;
    await vi.waitFor(
      async () => {
        const still: Asked[] = [];
        for (const each of empty) if ((await valuesOf[each.path](each.text)).every(Number.isNaN)) still.push(each);
        empty = still;
        expect(empty.map(({ path, of, text }) => `${path}: ${of}: ${text}`)).toEqual([]);
      },
      { timeout: Math.max(2_000, endMs - performance.now()), interval: 500 },
    );
  }

  test.each(Object.entries(dashboards))('no panel of %s is empty', async (name, dashboard) => {
    const panels = dashboard.rows.flatMap((row) => row.panels).filter(({ title }) => !staysEmpty(`${name}: ${title}`));
    await expectData(
      paths.flatMap(([path, naming]) =>
        panels.flatMap(({ title, queries }) =>
          queries.map((query) => ({
            path,
            of: title,
            text: withAll(expressionOf(query, dashboard, queryNames(naming))),
          })),
        ),
      ),
    );
  });

  test.each(Object.entries(dashboards))('no variable of %s is empty', async (_, dashboard) => {
    const asked = paths.flatMap(([path, naming]) =>
      variablesOf(dashboard, queryNames(naming)).map(({ name, query }) => {
        const [, series = '', conditions = '', label = ''] =
          /^label_values\(([^{]*?)(?:\{(.*)\})?, (\w+)\)$/.exec(query) ?? [];
        return { path, of: name, text: `count(${series}{${withAll(conditions)}, ${label}!=""})`.replace('{, ', '{') };
      }),
    );
    // VictoriaMetrics does not make job and instance of the resource, as Prometheus does.
    const isKnown = ({ path, of }: Asked) => path === 'scrape' || !['job', 'instance'].includes(of);
    await expectData(asked.filter(isKnown));
  });

  test('GPUs of both vendors are shown', async () => {
    const text = 'count(count by (hw_vendor) (hw_gpu_utilization_ratio)) == 2';
    await expectData(paths.map(([path]) => ({ path, of: 'hw.vendor', text })));
  });

  test('each exception names a panel', () => {
    const titles = Object.entries(dashboards).flatMap(([name, { rows }]) =>
      rows.flatMap(({ panels }) => panels.map(({ title }) => `${name}: ${title}`)),
    );
    expect(titles).toEqual(expect.arrayContaining(Object.keys(emptyPanels)));
  });

  test('every rule is evaluated without an error', async () => {
    const { groups } = await prometheus.api<{ groups: { rules: { name: string; lastError?: string }[] }[] }>('rules');
    const failed = groups.flatMap(({ rules }) => rules.filter(({ lastError = '' }) => lastError !== ''));
    expect(failed).toEqual([]);
    expect(groups).toHaveLength(everyRule.length);
  });

  test.each(everyRule)('recordings of $name have data', async ({ recordings }) => {
    await expectData(
      recordings.map(({ name, labels }) => {
        const conditions = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
        return { path: 'scrape', of: name, text: `${name}{${conditions.join(', ')}}` };
      }),
    );
  });

  test('every rule is evaluated without an error by the names of OTLP', async () => {
    const options = { names: queryNames({ path: 'otlp' }), autoWindow: window };
    const queries = everyRule.flatMap(({ alerts, recordings }) => [
      ...alerts.map(({ when }) => when),
      ...recordings.map(({ query }) => query),
    ]);
    for (const query of queries) await valuesOf.otlp(promql(query, options));
  });

  test.each(everyRule)('each metric of $name has series', async ({ alerts, recordings }) => {
    const queries = [...alerts.map(({ name, when }) => [name, when] as const)];
    queries.push(...recordings.map(({ name, query }) => [name, query] as const));
    await expectData(
      paths.flatMap(([path, naming]) =>
        queries.flatMap(([of, query]) =>
          samplesIn(query).map((part) => ({
            path,
            of,
            text: promql(part, { names: queryNames(naming), autoWindow: window }),
          })),
        ),
      ),
    );
  });
});

/** Returns the metrics that a query reads, without conditions: an alert reads faults that a healthy program lacks. */
function samplesIn(query: Query): Query[] {
  const found: Query[] = [];
  mapQuery(query, (part) => {
    if (part.op === 'samples') {
      const { offset, ...now } = part;
      found.push({ ...now, where: [] });
    }
    return part;
  });
  return found;
}
