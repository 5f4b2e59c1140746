/** Tests that docs/backends/console.md matches the backend. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { consoleOptions } from '../../../src/backends/console/options.js';
import { widthOf } from '../../../src/backends/console/terminal-text.js';

const page = readFileSync(new URL('../../../docs/backends/console.md', import.meta.url), 'utf8');

test('the page lists every option with its variable', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, option, variable]) => [option, variable]);
  expect(rows).toEqual(Object.entries(consoleOptions).map(([name, { environment }]) => [name, environment[0]]));
});

test('the table of the page fits 80 columns', () => {
  const lines = /^```text\n([\s\S]*?)^```$/m.exec(page)?.[1]?.split('\n') ?? [];
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
});
