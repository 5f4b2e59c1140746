/** The files of the stack, read by the tools that read them in use: promtool, amtool, Prometheus and Alertmanager. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { stackFiles } from '../../src/generate/stack/files.js';
import { notifiers, storages } from '../../src/generate/stack/options.js';
import { catalogueRules } from '../../src/panels/of-catalogue.js';
import { stackOptions } from '../generate/stack-options.js';
import { shopCatalogue } from '../panels/catalogue.js';
import { realServer } from './available.js';
import { flagsOf, startAlertmanager, startStackPrometheus, writeAll } from './stack-server.js';

const tools = [
  { title: 'promtool 2', tool: realServer('PROMTOOL'), names: {} },
  { title: 'promtool 3', tool: realServer('PROMTOOL_3'), names: { strategy: 'NoTranslation' } as const },
];
const [vmalert, amtool, alertmanager, prometheus] = [
  realServer('VMALERT'),
  realServer('AMTOOL'),
  realServer('ALERTMANAGER'),
  realServer('PROMETHEUS_3'),
];

const root = mkdtempSync(join(tmpdir(), 'otelier-stack-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rules = [{ name: 'shop', groups: catalogueRules(shopCatalogue, 'shop') }];
const variants = [
  ['defaults', stackOptions({ rules })],
  ['another-scrape', stackOptions({ rules, interval: '1s', job: 'cross_encoder_server', prometheusPort: 9091 })],
  ['remote-write', stackOptions({ rules, longTerm: 'remote-write', notify: notifiers })],
  ...storages.map((scale) => [scale, stackOptions({ rules, scale })] as const),
] as const;

/** Writes a stack and returns its folder. */
function written(name: string, options = stackOptions()): string {
  const folder = mkdtempSync(join(root, `${name}-`));
  writeAll(folder, stackFiles(options));
  return folder;
}

const run = (bin: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(bin, args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};

describe.each(tools)('$title', ({ tool, names }) => {
  describe.skipIf(tool.missing)(`accepts${tool.note}`, () => {
    test.each(variants)('the stack with %s', (name, options) => {
      const folder = written(name, options);
      const conf = join(folder, 'conf');
      const config = run(
        tool.bin,
        'check',
        'config',
        '--lint=all',
        '--lint-fatal',
        join(conf, 'prometheus/prometheus.yml'),
      );
      expect(config).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
      if (options.scale === undefined) {
        // Relative paths of rules are found.
        expect(config.output).toContain('downsampling.rules.yaml');
        const long = run(tool.bin, 'check', 'config', join(conf, 'prometheus-long/prometheus.yml'));
        expect(long).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
      }
    });

    test('downsampling rules with the names of its version', () => {
      const folder = written('rules', stackOptions({ naming: names }));
      const file = join(folder, 'conf/prometheus/rules/downsampling.rules.yaml');
      const checked = run(tool.bin, 'check', 'rules', '--lint=all', '--lint-fatal', file);
      expect(checked).toEqual({ status: 0, output: expect.stringMatching(/SUCCESS: \d\d rules found/) });
    });

    test('no other configuration: a mistake is found', () => {
      const folder = written('mistake');
      const file = join(folder, 'conf/prometheus/prometheus.yml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('scrape_interval: 15s', 'scrape_intervals: 15s'));
      expect(run(tool.bin, 'check', 'config', file).status).toBe(1);
    });
  });
});

describe.skipIf(amtool.missing)(`amtool${amtool.note}`, () => {
  const subsets = [[], ...notifiers.map((each) => [each]), notifiers];

  test.each(subsets.map((notify) => [notify]))('accepts the configuration with %j', (notify) => {
    const file = join(written('alertmanager', stackOptions({ notify })), 'conf/alertmanager/alertmanager.yml');
    expect(run(amtool.bin, 'check-config', file)).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });

  test.each([
    ['all', 'severity=page'],
    ['all', 'severity=ticket'],
    ['none', 'severity=info'],
  ])('routes to %s by %s', (receiver, label) => {
    const file = join(written('routes'), 'conf/alertmanager/alertmanager.yml');
    const { output } = run(amtool.bin, 'config', 'routes', 'test', `--config.file=${file}`, 'alertname=Any', label);
    expect(output.split('\n')[0]).toBe(receiver);
  });
});

describe.skipIf(vmalert.missing)(`vmalert${vmalert.note}`, () => {
  const packs = Object.entries(shipped).map(([name, pack]) => ({ name, groups: pack.rules() }));
  const metrics = Object.values(shipped).flatMap((pack) => pack.catalogue().metrics);
  const check = (folder: string) => run(vmalert.bin, '-dryRun', `-rule=${folder}/conf/prometheus/rules/*.yaml`);

  test('accepts the rules of all packs, as VictoriaMetrics reads them', () => {
    const folder = written('vmalert', stackOptions({ scale: 'victoriametrics', rules: packs, metrics }));
    expect(check(folder)).toEqual({ status: 0, output: expect.stringContaining('finished reading 14 files') });
  });

  test('finds a mistake', () => {
    const folder = written('vmalert');
    const file = join(folder, 'conf/prometheus/rules/downsampling.rules.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('[5m]', '[5m'));
    expect(check(folder).status).not.toBe(0);
  });
});

test.skipIf(alertmanager.missing)(`Alertmanager starts with the configuration${alertmanager.note}`, async () => {
  const folder = written('start', stackOptions({ notify: ['email', 'slack'] }));
  const server = await startAlertmanager(
    alertmanager.bin,
    join(folder, 'conf/alertmanager/alertmanager.yml'),
    join(folder, 'data'),
  );
  await server.stop();
});

describe.skipIf(prometheus.missing)(`Prometheus 3${prometheus.note}`, () => {
  test.each([
    ['prometheus', 'defaults', stackOptions({ rules })],
    ['prometheus-long', 'defaults', stackOptions()],
    ['prometheus', 'remote-write', stackOptions({ longTerm: 'remote-write' })],
    ['prometheus-long', 'remote-write', stackOptions({ longTerm: 'remote-write' })],
  ] as const)('starts %s with the flags of the compose file, with %s', async (service, _, options) => {
    const folder = written('flags', options);
    const flags = flagsOf(stackFiles(options), service);
    expect(flags.length).toBeGreaterThanOrEqual(2);
    const server = await startStackPrometheus(prometheus.bin, {
      config: join(folder, 'conf', service, 'prometheus.yml'),
      data: join(folder, 'data'),
      flags,
    });
    try {
      const { groups } = await server.api<{ groups: { name: string }[] }>('rules');
      const expected = service === 'prometheus' ? ['downsample-5m', 'downsample-1h'] : [];
      expect(groups.map(({ name }) => name)).toEqual(expect.arrayContaining(expected));
    } finally {
      await server.stop();
    }
  });
});
