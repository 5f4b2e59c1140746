/** The command `otelier generate`, started as users start it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { shipped } from '../../src/dashboards/index.js';
import { startProgram } from '../support/program.js';
import { alertModule, filesIn, folderOfTest, otelier, withoutSdk } from './command.js';

const { path, write } = folderOfTest();
let folder: string;
beforeEach(() => {
  folder = path();
});

const names = Object.keys(shipped);
const catalogue = 'build/examples/13-dashboards/catalogue.js';

const provisioned = ['dashboards', '--pack', 'gpu', '--provisioning'];

/** Texts of modules. */
const modules = {
  alert: alertModule,
  dashboard: (uid: string, title: string, name = 'board') =>
    `import * as ${name}Panels from 'PACKAGE/dist/panels/index.js';
     export const ${name} = ${name}Panels.dashboard({ uid: '${uid}', title: '${title}', description: 'Up.', rows: [
       ${name}Panels.row('Up', [${name}Panels.panel({ title: 'Up', roles: ['operator'],
         queries: ${name}Panels.raw('up') })])] });`,
  catalogue: `import { counter, defineCatalogue } from 'PACKAGE/dist/index.js';
     export const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });`,
};

interface Conflict {
  readonly title: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly commands: readonly string[];
  readonly flags?: readonly string[];
  /** Parts of the message. */
  readonly names: readonly string[];
}

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

test.each([
  ['prometheus', true],
  ['otlp', false],
])('rules with names of %s watch the targets of scrapes: %s', async (naming, isWatched) => {
  const { code } = await otelier(['generate', 'rules', '--pack', 'health', '--naming', naming, '--out', folder]);
  expect(code).toBe(0);
  expect(readFileSync(join(folder, 'health.rules.yaml'), 'utf8').includes('(up) == 0')).toBe(isWatched);
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

const at = (path: string) => join(folder, path);
test.each<Conflict>([
  {
    title: 'a module called as a pack',
    modules: { 'inference.mjs': modules.alert('One') },
    commands: ['rules', 'stack'],
    flags: ['--pack', 'inference'],
    names: ['inference.rules.yaml', '--pack inference', 'inference.mjs'],
  },
  {
    title: 'a module called as a pack of the stack',
    modules: { 'host.mjs': modules.alert('One') },
    commands: ['stack'],
    names: ['host.rules.yaml', '--pack host', 'host.mjs'],
  },
  {
    title: 'two modules of one name',
    modules: { 'a/shop.mjs': modules.alert('One'), 'b/shop.mjs': modules.alert('Two') },
    commands: ['rules', 'stack'],
    names: ['shop.rules.yaml', 'a/shop.mjs', 'b/shop.mjs'],
  },
  {
    title: 'two modules whose names differ in case',
    modules: { 'a/shop.mjs': modules.alert('One'), 'b/Shop.mjs': modules.alert('Two') },
    commands: ['rules', 'stack'],
    names: ['Shop.rules.yaml', 'a/shop.mjs', 'b/Shop.mjs'],
  },
  {
    title: 'two dashboards with one uid in two modules',
    modules: { 'a.mjs': modules.dashboard('shop', 'First'), 'b.mjs': modules.dashboard('shop', 'Second') },
    commands: ['dashboards', 'stack'],
    names: ['shop.json', 'a.mjs', 'b.mjs'],
  },
  {
    title: 'two dashboards with one uid in a module',
    modules: { 'a.mjs': modules.dashboard('shop', 'First') + modules.dashboard('shop', 'Second', 'other') },
    commands: ['dashboards', 'stack'],
    names: ['shop.json', 'First', 'Second'],
  },
  {
    title: 'a dashboard with the uid of a pack',
    modules: { 'a.mjs': modules.dashboard('otelier-inference', 'Mine') },
    commands: ['dashboards', 'stack'],
    flags: ['--pack', 'inference'],
    names: ['uid otelier-inference', '--pack inference', 'Mine'],
  },
  {
    title: 'a dashboard with the file of a pack',
    modules: { 'a.mjs': modules.dashboard('inference', 'Mine') },
    commands: ['dashboards', 'stack'],
    flags: ['--pack', 'inference'],
    names: ['inference.json', '--pack inference', 'Mine'],
  },
  {
    title: 'an alert of a pack in a module',
    modules: {
      'limits.mjs': `import { inferenceRules } from 'PACKAGE/dist/dashboards/index.js'; export const rules = inferenceRules();`,
    },
    commands: ['rules', 'stack'],
    flags: ['--pack', 'inference'],
    names: ['alert ', '--pack inference', 'limits.mjs'],
  },
])('$title: an error that names both, and no files', async ({ modules: texts, commands, flags = [], names }) => {
  for (const [path, text] of Object.entries(texts)) write(path, text);
  for (const command of commands) {
    const catalogues = Object.keys(texts).map(at);
    const out = at('out');
    const { code, stderr } = await otelier(['generate', command, ...flags, '--catalogue', ...catalogues, '--out', out]);
    expect({ command, code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[METRICS_OPTIONS_INVALID]'),
    });
    for (const name of names) expect(stderr).toContain(name);
    expect(existsSync(out)).toBe(false);
  }
});

test('one value under two names, and one file named twice, count once', async () => {
  write('a.mjs', `${modules.alert('One')} export default rules; ${modules.dashboard('shop', 'Shop')}`);
  const flags = ['--catalogue', at('a.mjs'), `${folder}/./a.mjs`, '--out', at('out')];
  for (const command of ['rules', 'dashboards']) {
    expect(await otelier(['generate', command, ...flags])).toMatchObject({ code: 0, stderr: '' });
  }
  expect(filesIn(at('out'))).toEqual(['a.rules.yaml', 'alerts.md', 'shop.json']);
  const { groups } = parse(readFileSync(at('out/a.rules.yaml'), 'utf8'));
  expect(groups).toHaveLength(1);
});

test('a reader that stops early is not an error', async () => {
  const script = `node dist/cli/index.js generate stack --out ${at('out')} | true; echo "code \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await startProgram('bash', ['-c', script]).end;
  expect({ stdout, stderr }).toEqual({ stdout: 'code 0\n', stderr: '' });
  expect(existsSync(at('out/docker-compose.yaml'))).toBe(true);
});

test('a module with open handles does not keep the command running', async () => {
  write('a.mjs', `${modules.alert('One')} setInterval(() => {}, 1_000);`);
  write('b.mjs', 'setInterval(() => {}, 1_000);');
  expect(await otelier(['generate', 'rules', '--catalogue', at('a.mjs'), '--out', at('out')])).toMatchObject({
    code: 0,
    stdout: `${at('out/a.rules.yaml')}\n${at('out/alerts.md')}\n`,
  });
  expect(await otelier(['generate', 'rules', '--catalogue', at('b.mjs'), '--out', at('none')])).toMatchObject({
    code: 1,
  });
});

test('a module of TypeScript that Node cannot load gets the hint of the guide', async () => {
  write('a.ts', 'enum Kind { A } export const kind: Kind = Kind.A;');
  write('b.mjs', `export * from './a.ts';`);
  for (const file of ['a.ts', 'b.mjs']) {
    const { code, stderr } = await otelier(['generate', 'rules', '--catalogue', at(file), '--out', at('out')]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('node --import tsx node_modules/otelier/dist/cli/index.js'),
    });
  }
});

test.each([
  { command: 'rules', files: ['plain.mjs'], flags: [], says: 'no alerts, recording rules or objectives', wrote: false },
  {
    command: 'rules',
    files: ['plain.mjs', 'a.mjs'],
    flags: [],
    says: 'no alerts, recording rules or objectives',
    wrote: true,
  },
  { command: 'stack', files: ['plain.mjs'], flags: [], says: 'no alerts, recording rules or objectives', wrote: true },
  {
    command: 'dashboards',
    files: ['board.mjs'],
    flags: ['--role', 'business'],
    says: 'no panels for the role business',
    wrote: false,
  },
])('$command of $files $flags notes that the module has $says', async ({ command, files, flags, says, wrote }) => {
  write('plain.mjs', modules.catalogue);
  write('a.mjs', modules.alert('One'));
  write('board.mjs', modules.dashboard('shop', 'Shop'));
  const out = at('out');
  const run = await otelier(['generate', command, '--catalogue', ...files.map(at), '--out', out, ...flags]);
  expect(run.code).toBe(0);
  expect(run.stderr.replace(/\S+\/|\.\.\.\S*\//g, '')).toBe(`otelier: --catalogue ${files[0]}: ${says}\n`);
  expect(existsSync(out)).toBe(wrote);
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
  { flags: ['stack', '--runbooks', 'alerts.md'], says: '--runbooks: got "alerts.md", expected a URL' },
  { flags: ['rules', '--runbooks', 'https://x/#a'], says: '--runbooks: got "https://x/#a", expected a URL' },
  {
    flags: [...provisioned, '--prometheus-url', 'p:9090'],
    says: '--prometheus-url: got "p:9090", expected a URL such as http://localhost:9090',
  },
  { flags: [...provisioned, '--scrape-interval', '15'], says: '--scrape-interval: got "15", expected a duration' },
  {
    flags: [...provisioned, '--scrape-interval', '2m'],
    says: '--scrape-interval: got "2m", expected at most 1m: windows of rules, from 2m on, need two scrapes',
  },
  { flags: ['stack', '--interval', '5m'], says: '--interval: got "5m", expected at most 1m: windows of rules' },
  { flags: [...provisioned, '--grafana-folder', ''], says: '--grafana-folder: got "", expected the path' },
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

test.each(['dashboards', 'rules', 'stack'])('%s without a name of the folder writes nothing', async (command) => {
  const { code, stderr } = await otelier(['generate', command, '--pack', 'gpu', '--out', '']);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('--out: got ""') });
});
