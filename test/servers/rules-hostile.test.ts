/** promtool reads the rules of hostile catalogues as they were written. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.js';
import { ruleFiles } from '../../src/generate/rules/files.js';
import { stackFiles } from '../../src/generate/stack/files.js';
import { yamlText } from '../../src/generate/yaml.js';
import { wellFormed } from '../../src/naming/escaping.js';
import { queryNames } from '../../src/panels/promql/names.js';
import { hostileCatalogue, hostileInput } from '../generate/hostile-catalogues.js';
import { stackOptions } from '../generate/stack-options.js';
import { realServer } from './available.js';
import { writeAll } from './stack-server.js';

const samples = 40;
const tools = [
  { title: 'promtool 2', tool: realServer('PROMTOOL'), naming: {} },
  { title: 'promtool 3', tool: realServer('PROMTOOL_3'), naming: { strategy: 'NoTranslation' } as const },
];

/** Returns catalogues with valid definitions and rules, always the same. */
function catalogues(): ReturnType<typeof hostileCatalogue>[] {
  return fc.sample(hostileInput, { seed: 94, numRuns: 2 * samples }).flatMap((input) => {
    try {
      return [hostileCatalogue(input)];
    } catch (error) {
      if (error instanceof MetricsError) return [];
      throw error;
    }
  });
}

describe.each(tools)('$title', ({ tool, naming }) => {
  test.skipIf(tool.missing)(
    `accepts configuration and rules of ${samples} catalogues${tool.note}`,
    { timeout: 300_000 },
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'otelier-hostile-'));
      try {
        const all = catalogues().slice(0, samples);
        expect(all).toHaveLength(samples);
        for (const [index, { catalogue, groups }] of all.entries()) {
          const files = stackFiles(
            stackOptions({ metrics: catalogue.metrics, rules: [{ name: 'x', groups }], naming }),
          );
          const own = join(folder, String(index));
          writeAll(own, files);
          const config = join(own, 'conf/prometheus/prometheus.yml');
          const { status, stdout, stderr } = spawnSync(tool.bin, ['check', 'config', config], { encoding: 'utf8' });
          expect([
            index,
            status,
            status === 0 ? '' : `${stdout}${stderr}${files.get('conf/prometheus/rules/x.rules.yaml')}`,
          ]).toEqual([index, 0, '']);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

  test.skipIf(tool.missing)(`shows texts of alerts as they were written${tool.note}`, { timeout: 300_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelier-hostile-'));
    try {
      for (const { catalogue, groups } of catalogues().slice(0, samples)) {
        const files = ruleFiles([{ name: 'x', groups }], 'prometheus');
        writeAll(folder, files);
        const [, , level] = catalogue.metrics;
        const { sample } = queryNames().metric(level as NonNullable<typeof level>);
        const description = wellFormed(level?.description ?? '');
        const unitTest = {
          rule_files: ['x.rules.yaml'],
          tests: [
            {
              interval: '1m',
              input_series: [{ series: `{__name__="${sample}"}`, values: '2x20' }],
              alert_rule_test: [
                {
                  eval_time: '15m',
                  alertname: 'HostileLevel',
                  exp_alerts: [{ exp_labels: { severity: 'info' }, exp_annotations: { summary: 'x', description } }],
                },
              ],
            },
          ],
        };
        writeFileSync(join(folder, 'test.yaml'), yamlText(unitTest));
        const { status, stdout, stderr } = spawnSync(tool.bin, ['test', 'rules', 'test.yaml'], {
          cwd: folder,
          encoding: 'utf8',
        });
        expect([description, status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([description, 0, '']);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
