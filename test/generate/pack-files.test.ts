/** Files of a shipped pack as the commands write them: a dashboard, and rules in each format. */
import { expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { jsonText } from '../../src/generate/files.js';
import { grafanaDashboard } from '../../src/generate/grafana/dashboard.js';
import { loadFoundationSdk } from '../../src/generate/grafana/sdk.js';
import { ruleFiles, ruleFormats } from '../../src/generate/rules/files.js';

const golden = '../golden/generate';
const { vision } = shipped;

test('dashboard of Grafana', async () => {
  if (vision === undefined) throw new Error('no pack vision');
  const text = jsonText(grafanaDashboard(await loadFoundationSdk(), vision.dashboard()));
  await expect(text).toMatchFileSnapshot(`${golden}/pack-vision.json`);
});

test.each(ruleFormats)('rules of the format %s', async (format) => {
  const groups = vision?.rules() ?? [];
  const files = [...ruleFiles([{ name: 'pack-vision', groups }], format)].filter(([path]) => path !== 'alerts.md');
  expect(files).toHaveLength(1);
  for (const [path, text] of files) await expect(text).toMatchFileSnapshot(`${golden}/${path}`);
});
