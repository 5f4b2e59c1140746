/** The generated stack: golden files, the structure that each format documents, and options. */
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { stackFiles } from '../../src/generate/stack/files.js';
import { type StackOptions, storages } from '../../src/generate/stack/options.js';
import { above, alert, rate, ruleGroup } from '../../src/panels/index.js';
import { shop, shopCatalogue } from '../panels/catalogue.js';
import { stackOptions } from './stack-options.js';
import { collectorProblems, composeProblems, kubernetesProblems, secretsIn } from './stack-structure.js';

const rules = [
  {
    name: 'shop',
    groups: [
      ruleGroup('shop', {
        alerts: [
          alert({
            name: 'ShopBusy',
            when: above(rate(shop.orders, { by: ['channel'], over: '5m' }), 100),
            severity: 'page',
            summary: '{channel}: {value}.',
            description: 'Add a server.',
          }),
        ],
      }),
    ],
  },
];

/** The set-up of a cross-encoder server: other ports, a job, scrapes every second. */
const everything = stackOptions({
  job: 'cross_encoder_server',
  targets: ['host.docker.internal:8000', '[::1]:8001'],
  interval: '1s',
  prometheusPort: 9091,
  notify: ['webhook', 'email', 'slack'],
  forward: true,
  longTerm: 'remote-write',
  naming: { path: 'otlp' },
  dashboards: new Map([['shop.json', '{}\n']]),
  rules,
});

const variants: readonly (readonly [name: string, options: StackOptions])[] = [
  ['defaults', stackOptions()],
  ['everything', everything],
  ...storages.map((scale) => [scale, stackOptions({ scale, series: 1_000_000 })] as const),
];

const yamlOf = (options: StackOptions, path: string) => parse(stackFiles(options).get(path) ?? '') as never;

describe.each(variants)('stack with %s', (name, options) => {
  const files = stackFiles(options);

  test('equals its golden file', async () => {
    const shown = [...files].filter(
      ([path]) => storages.every((each) => each !== name) || /scale|README|env/.test(path),
    );
    const text = shown.map(([path, content]) => `=== ${path}\n${content}`).join('\n');
    await expect(text).toMatchFileSnapshot(`../golden/generate/stack-${name}.txt`);
  });

  test('has valid compose files, whose mounted files exist', () => {
    const composed = [...files.keys()].filter((path) => path.endsWith('docker-compose.yaml'));
    const all = composed.map((path) => parse(files.get(path) ?? '') as object);
    expect(composeProblems(all, files)).toEqual([]);
  });

  test('has valid configurations of OTel Collectors', () => {
    const configurations = [...files].filter(([path]) => /otel-\w+\/config\.yaml$/.test(path));
    expect(configurations.length).toBe(options.scale === undefined ? 1 : 3);
    for (const [path, text] of configurations) expect([path, collectorProblems(parse(text))]).toEqual([path, []]);
  });

  test('has valid resources of Kubernetes', () => {
    const resources = [...files]
      .filter(([path]) => path.startsWith('kubernetes/'))
      .flatMap(([, text]) => parseAllDocuments(text).map((each) => each.toJS() as object));
    expect(resources.length).toBeGreaterThanOrEqual(5);
    expect(kubernetesProblems(resources)).toEqual([]);
  });

  test('has no secrets', () => {
    expect([...files].flatMap(([path, text]) => secretsIn(path, text))).toEqual([]);
  });

  test('every variable is in .env.example', () => {
    const known = (files.get('.env.example') ?? '').split('\n').map((line) => line.replace(/=.*$/, ''));
    const named = [...files]
      .filter(([path]) => path.endsWith('docker-compose.yaml'))
      .flatMap(([, text]) => [
        ...[...text.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable),
        ...[...text.matchAll(/^ {4}environment: (\w+)$/gm)].map(([, variable]) => variable),
      ]);
    expect([...new Set(named)].sort()).toEqual(known.filter((variable) => variable !== '').sort());
    for (const variable of named) expect(files.get('README.md')).toContain(variable);
  });
});

test('flags give the set-up of a cross-encoder server', () => {
  const { scrape_configs: jobs } = yamlOf(everything, 'conf/prometheus/prometheus.yml') as {
    scrape_configs: { job_name: string; scrape_interval?: string; scrape_timeout?: string }[];
  };
  expect(jobs[0]).toEqual({
    job_name: 'cross_encoder_server',
    scrape_interval: '1s',
    scrape_timeout: '1s',
    static_configs: [{ targets: ['host.docker.internal:8000', '[::1]:8001'] }],
  });
  expect(new Set(jobs.map(({ scrape_interval: interval }) => interval))).toEqual(new Set(['1s', undefined, '60s']));
  const { services } = yamlOf(everything, 'docker-compose.yaml') as { services: Record<string, { ports?: string[] }> };
  expect(services['prometheus']?.ports).toEqual(['127.0.0.1:9091:9090']);
  expect(services['grafana']?.ports).toEqual(['127.0.0.1:3000:3000']);
  const provisioned = [...stackFiles(everything).keys()].filter((path) => path.includes('grafana/provisioning'));
  expect(provisioned).toEqual([
    'conf/grafana/provisioning/datasources/otelier.yaml',
    'conf/grafana/provisioning/dashboards/otelier.yaml',
    'conf/grafana/provisioning/datasources/more.yaml',
  ]);
});

test('all samples are kept for 30 days and downsampled ones for a year', () => {
  const { services } = yamlOf(stackOptions(), 'docker-compose.yaml') as {
    services: Record<string, { command: string[] }>;
  };
  expect(services['prometheus']?.command).toContain('--storage.tsdb.retention.time=30d');
  expect(services['prometheus-long']?.command).toContain('--storage.tsdb.retention.time=1y');
});

interface RuleFile {
  groups: { interval: string; rules: { record: string; expr: string }[] }[];
}

const rulesOf = (options: StackOptions) =>
  (yamlOf(options, 'conf/prometheus/rules/downsampling.rules.yaml') as RuleFile).groups.map((group) => group.rules);

test('downsampling treats each kind as Prometheus stores it', () => {
  const [short = []] = rulesOf(stackOptions());
  const parts = (name: string) =>
    short.flatMap(({ record }) => (record.startsWith(`${name}:`) ? [record.slice(name.length + 1)] : []));
  expect(parts('shop_orders_total')).toEqual(['last_5m', 'increase_5m']);
  for (const part of ['bucket', 'sum', 'count'])
    expect(parts(`shop_checkout_duration_seconds_${part}`)).toEqual(['last_5m', 'increase_5m']);
  // Native histograms.
  expect(parts('shop_payload_bytes')).toEqual(['last_5m']);
  for (const gauge of ['shop_stock', 'shop_carts_open', 'shop_phase'])
    expect(parts(gauge)).toEqual(['sum_5m', 'count_5m', 'min_5m', 'max_5m']);
});

test('a metric of two catalogues is recorded once', () => {
  const twice = stackOptions({ metrics: [...shopCatalogue.metrics, ...shopCatalogue.metrics] });
  expect(rulesOf(twice)).toEqual(rulesOf(stackOptions()));
});

test('names with other characters are quoted', () => {
  const [short = []] = rulesOf(stackOptions({ naming: { strategy: 'NoTranslation' } }));
  expect(short.find(({ record }) => record === 'shop.stock:max_5m')?.expr).toBe('max_over_time({"shop.stock"}[5m])');
});

test('a catalogue called downsampling keeps its own file', () => {
  const files = stackFiles(stackOptions({ rules: [{ name: 'downsampling', groups: rules[0]?.groups ?? [] }] }));
  expect([...files.keys()].filter((path) => path.includes('downsampling'))).toEqual([
    'conf/prometheus/rules/downsampling.rules.yaml',
    'conf/prometheus/rules/otelier-downsampling.rules.yaml',
  ]);
});

test.each<[flag: string, changed: Partial<StackOptions>]>([
  ['--job', { job: 'a b' }],
  ['--job', { job: '' }],
  ['--job', { job: '-' }],
  ['--job', { job: 'node' }],
  ['--target', { targets: [] }],
  ['--target', { targets: ['app'] }],
  ['--target', { targets: ['app:0'] }],
  ['--target', { targets: ['app:70000'] }],
  ['--target', { targets: ['http://app:1'] }],
  ['--interval', { interval: '0s' }],
  ['--interval', { interval: '15' }],
  ['--interval', { interval: '61s' }],
  ['--interval', { interval: '2m' }],
  ['--interval', { interval: '60001ms' }],
  ['--interval', { interval: '1h' }],
  ['--prometheus-port', { prometheusPort: Number.NaN }],
  ['--grafana-port', { grafanaPort: 0 }],
  ['--alertmanager-port', { alertmanagerPort: 65_536 }],
  ['ports', { grafanaPort: 9090 }],
  ['ports', { grafanaPort: 4318 }],
  ['--notify', { notify: ['pager'] as never }],
  ['--email-to', { emailTo: 'nobody' }],
  ['--email-from', { emailFrom: '{{ x }}@y' }],
  ['--smtp', { smtp: 'smtp' }],
  ['--slack-channel', { slackChannel: 'a b' }],
  ['--runbooks', { runbooks: 'ftp://wiki.example' }],
  ['--series', { series: 0 }],
  ['--strategy', { scale: 'mimir', naming: { strategy: 'NoTranslation' } }],
])('reports an invalid %s: %j', (flag, changed) => {
  expect(() => stackFiles(stackOptions(changed))).toThrow(flag);
});
