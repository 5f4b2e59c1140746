/** Checks docs/packs/inference.md: its program prints the stated output. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const page = readFileSync(new URL('../../docs/packs/inference.md', import.meta.url), 'utf8');

test('the program of the page prints the stated output', async () => {
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const output = /^```text\n([\s\S]*?)^```$/m.exec(page)?.[1]?.trimEnd().split('\n');
  const { code, stdout, stderr } = await startApp(source, { OTEL_METRICS_EXPORTER: 'console' }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(output ?? ['no output on the page']));
});
