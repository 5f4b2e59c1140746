/** The command `otelier generate stack`, started as users start it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertModule, basic, filesIn, folderOfTest, otelier, withoutSdk } from './command.js';

const { path, write } = folderOfTest();
let folder: string;
beforeEach(() => {
  folder = path();
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

test('a second stack in a folder removes rules and dashboards that are no longer generated', async () => {
  const stack = (...packs: string[]) => otelier(['generate', 'stack', '--out', folder, '--pack', ...packs]);
  await stack('runtime', 'gpu');
  write('conf/prometheus/rules/mine.rules.yaml', 'groups: []');
  write('conf/prometheus/rules/runtime.rules.yaml', 'groups: []');
  write('README.md', 'my notes');
  const { code, stdout, stderr } = await stack('host');
  expect(code).toBe(0);
  const rules = ['downsampling', 'host', 'mine', 'runtime'].map((name) => `${name}.rules.yaml`);
  expect(filesIn(join(folder, 'conf/prometheus/rules'))).toEqual(rules);
  expect(filesIn(join(folder, 'conf/grafana/dashboards'))).toEqual(['host.json']);
  expect(stdout).not.toContain('gpu');
  expect(readFileSync(join(folder, 'README.md.bak'), 'utf8')).toBe('my notes');
  expect(stderr.trim().split('\n').sort()).toEqual([
    'otelier: kept conf/prometheus/rules/runtime.rules.yaml, which is not generated any more, because it was changed; delete it',
    'otelier: overwrote README.md, which was changed; a copy is README.md.bak',
    ...[
      'conf/grafana/dashboards/gpu.json',
      'conf/grafana/dashboards/runtime.json',
      'conf/prometheus/rules/gpu.rules.yaml',
    ].map((path) => `otelier: removed ${path}, which is not generated any more`),
  ]);
});

test.each([
  { flags: [], packs: basic },
  { flags: ['--pack', 'inference', 'inference'], packs: ['inference'] },
  { flags: ['--catalogue', 'empty-rules.mjs'], packs: basic, alone: 'empty-rules.mjs' },
])('a stack of $flags has the dashboards of $packs', async ({ flags, packs, alone }) => {
  if (alone !== undefined) write(alone, `export { rules } from './rules.mjs';`);
  write('rules.mjs', alertModule('One'));
  const out = join(folder, 'out');
  const args = flags.map((flag) => (flag === alone ? join(folder, flag) : flag));
  const { code, stderr } = await otelier(['generate', 'stack', '--out', out, ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(filesIn(join(out, 'conf/grafana/dashboards'))).toEqual(packs.map((name) => `${name}.json`).sort());
  const rules = filesIn(join(out, 'conf/prometheus/rules'));
  expect(rules.includes('empty-rules.rules.yaml')).toBe(alone !== undefined);
});

test('--help of the stack names its packs', async () => {
  const { stdout } = await otelier(['generate', 'stack', '--help']);
  expect(stdout.replace(/\s+/g, ' ')).toContain(`name those of the application; ${basic.join(', ')} by default`);
});

test('alerts of a stack link to their runbooks', async () => {
  await otelier(['generate', 'stack', '--out', folder, '--runbooks', 'https://wiki.example/alerts.md']);
  for (const path of ['conf/prometheus/rules/host.rules.yaml', 'kubernetes/prometheusrule.yaml'])
    expect(readFileSync(join(folder, path), 'utf8')).toContain('https://wiki.example/alerts.md#hostmemoryhigh');
});
