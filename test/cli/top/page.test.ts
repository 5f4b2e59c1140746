/** Tests that docs/top.md matches the command. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addTop } from '../../../src/cli/top/command.js';
import { renderScreen } from '../../../src/cli/top/render-screen.js';
import { viewOf } from '../../../src/cli/top/view.js';
import { shopAfter, stateOf } from './expositions.js';

const page = readFileSync(new URL('../../../docs/top.md', import.meta.url), 'utf8');

test('the page lists every flag', () => {
  const program = new Command();
  addTop(program);
  const flags = program.commands[0]?.options.map(({ long }) => long);
  const section = page.slice(page.indexOf('## Flags'));
  expect([...section.matchAll(/^\| `(--\w+)/gm)].map(([, flag]) => flag)).toEqual(flags);
});

test('the page shows the screen of a shop', () => {
  const view = { ...viewOf({ sort: 'name', filter: '', series: false }), exceptions: new Set(['shop_requests_total']) };
  const size = { columns: 100, rows: 20, isColored: false };
  const { lines } = renderScreen(stateOf(shopAfter(0), shopAfter(2)), view, size);
  const control = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
  const shown = lines.map((line) => line.replace(control, '').trimEnd());
  const [, block] = /^```text\n(otelier top[\s\S]*?)\n```$/m.exec(page) ?? [];
  expect(block?.split('\n')).toEqual(shown);
});
