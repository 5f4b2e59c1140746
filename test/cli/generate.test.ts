/** The command `otelier generate`, started as users start it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { shipped } from '../../src/dashboards/index.js';
import { withHooks } from '../support/missing-package.js';
import { startNode } from '../support/program.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otelier-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const names = Object.keys(shipped);
const catalogue = 'build/examples/13-dashboards/catalogue.js';

/** Loader hooks of a machine without the foundation SDK. */
const withoutSdk = withHooks(`
  export const resolve = (specifier, context, next) => {
    if (!specifier.startsWith('@grafana/')) return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  };`);

const otelier = (args: readonly string[], node: readonly string[] = []) =>
  startNode([...node, 'dist/cli/index.js', ...args]).end;

const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();

interface Rendered {
  uid: string;
  panels: { title: string; targets?: { expr: string }[] }[];
}
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Rendered;
const expressions = (file: string) =>
  read(file)
    .panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .join('\n');

test('dashboards of all packs and collectors need no other package, and are those of the package', async () => {
  const { code, stdout, stderr } = await otelier(['generate', 'dashboards', '--out', folder], withoutSdk);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(filesIn(folder)).toEqual(names.map((name) => `${name}.json`).sort());
  expect(stdout.trim().split('\n')).toHaveLength(names.length);
  for (const name of names) {
    expect(read(`${name}.json`)).toEqual(JSON.parse(readFileSync(`dist/dashboards/${name}.json`, 'utf8')));
  }
});

test('flags select a pack, a role, names of OTLP and a namespace, and add provisioning', async () => {
  const flags = ['--pack', 'agent', '--namespace', 'lazybird', '--naming', 'otlp', '--role', 'operator'];
  const { code, stderr } = await otelier(
    ['generate', 'dashboards', '--out', folder, '--provisioning', '--prometheus-url', 'http://p:9091', ...flags],
    withoutSdk,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(filesIn(folder)).toEqual([
    'agent-operator.json',
    'provisioning/dashboards/otelier.yaml',
    'provisioning/datasources/otelier.yaml',
  ]);
  expect(expressions('agent-operator.json')).toContain('lazybird_task_latency_ms_milliseconds_bucket');
  const { datasources } = parse(readFileSync(join(folder, 'provisioning/datasources/otelier.yaml'), 'utf8'));
  expect(datasources[0].url).toBe('http://p:9091');
});

test('a catalogue of the user gets a dashboard, and rules with its objectives and alerts', async () => {
  const flags = ['--catalogue', catalogue, '--out', folder];
  const dashboards = await otelier(['generate', 'dashboards', ...flags]);
  const rules = await otelier(['generate', 'rules', ...flags]);
  expect([dashboards, rules]).toMatchObject([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  expect(filesIn(folder)).toEqual(['alerts.md', 'catalogue-bookings.json', 'catalogue.rules.yaml']);
  expect(expressions('catalogue-bookings.json')).toContain('bookings_requests_total');
  const { groups } = parse(readFileSync(join(folder, 'catalogue.rules.yaml'), 'utf8'));
  expect(groups.map(({ name }: { name: string }) => name)).toEqual([
    'bookings',
    'rooms',
    'slo-booking_latency',
    'slo-booking_errors',
  ]);
});

test('a dashboard of an own catalogue without the foundation SDK is an error that names it', async () => {
  const { code, stderr } = await otelier(
    ['generate', 'dashboards', '--catalogue', catalogue, '--out', folder],
    withoutSdk,
  );
  expect(code).toBe(1);
  expect(stderr).toContain('npm install --save-dev @grafana/grafana-foundation-sdk');
  expect(filesIn(folder)).toEqual([]);
});

test('a stack is written from flags', async () => {
  const flags = ['--pack', 'inference', '--job', 'cross_encoder_server', '--target', 'host.docker.internal:8000'];
  const { code, stderr } = await otelier(
    [
      'generate',
      'stack',
      '--out',
      folder,
      '--prometheus-port',
      '9091',
      '--interval',
      '1s',
      '--notify',
      'slack',
      ...flags,
    ],
    withoutSdk,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(filesIn(folder)).toContain('conf/grafana/provisioning/dashboards/otelier.yaml');
  expect(filesIn(folder)).toContain('conf/grafana/dashboards/inference.json');
  const { services } = parse(readFileSync(join(folder, 'docker-compose.yaml'), 'utf8'));
  expect(services.prometheus.ports).toEqual(['127.0.0.1:9091:9090']);
});

test.each([
  { flags: ['dashboards', '--pack', 'agnet'], says: '--pack: got "agnet", expected agent, ' },
  { flags: ['rules', '--catalogue', 'missing.js'], says: 'expected a module that can be loaded' },
  { flags: ['rules', '--catalogue', 'package.json'], says: '--catalogue: got "package.json"' },
  {
    flags: ['rules', '--catalogue', 'EMPTY'],
    says: 'expected exports of defineCatalogue, dashboard, ruleGroup or slo',
  },
  { flags: ['rules', '--format', 'yaml'], says: 'Allowed choices are prometheus, operator, datadog' },
  { flags: ['stack', '--target', 'http://app:9464'], says: '--target: got "http://app:9464", expected host:port' },
  { flags: ['stack', '--grafana-port', '99999'], says: '--grafana-port: got 99999' },
  { flags: ['dashbords'], says: 'Did you mean dashboards?' },
])('$flags ends with a message and without files', async ({ flags, says }) => {
  const empty = join(folder, 'empty.mjs');
  const args = flags.map((flag) => (flag === 'EMPTY' ? empty : flag));
  writeFileSync(empty, 'export const answer = 42;');
  const out = join(folder, 'out');
  const { code, stdout, stderr } = await otelier(['generate', ...args, ...(flags.length > 1 ? ['--out', out] : [])]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(says);
  expect(existsSync(out)).toBe(false);
});
