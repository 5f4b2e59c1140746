import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNode } from '../support/program.js';

const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otelier-copies-'));
  writeFileSync(join(folder, 'app.mjs'), `import { startMetrics } from ${JSON.stringify(built)}; startMetrics();`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function installApi(version: string) {
  const api = join(folder, 'node_modules', '@opentelemetry', 'api');
  mkdirSync(api, { recursive: true });
  writeFileSync(join(api, 'package.json'), JSON.stringify({ name: '@opentelemetry/api', version, main: 'index.js' }));
  writeFileSync(join(api, 'index.js'), '');
}

test('a second version of the OpenTelemetry API is reported with the remedy', async () => {
  const run = () => startNode([join(folder, 'app.mjs')], { OTEL_METRICS_EXPORTER: 'none' }).end;
  expect((await run()).stderr).toBe('');
  installApi('1.9.1');
  expect((await run()).stderr).toBe('');
  installApi('1.10.0');
  const { code, stderr } = await run();
  expect(code).toBe(0);
  expect(stderr).toContain('the application uses @opentelemetry/api 1.10.0 and otelier uses 1.9.1');
  expect(stderr).toContain('npm install @opentelemetry/api@1.9.1');
});
