/** promtool accepts and rejects the same expressions as `raw`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { right, rightSince3, wrong } from '../panels/promql-expressions.js';
import { realServer } from './available.js';

const [two, three] = [realServer('PROMTOOL'), realServer('PROMTOOL_3')];

/** Returns the expressions that promtool rejects. */
function rejected(bin: string, expressions: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-promql-'));
  try {
    const rules = expressions.map((expr, index) => ({ record: `r${index}`, expr }));
    writeFileSync(join(folder, 'rules.yaml'), JSON.stringify({ groups: [{ name: 'all', rules }] }));
    const { stdout, stderr } = spawnSync(bin, ['check', 'rules', 'rules.yaml'], { cwd: folder, encoding: 'utf8' });
    const named = new Set([...`${stdout}${stderr}`.matchAll(/"r(\d+)"/g)].map(([, index]) => Number(index)));
    return expressions.filter((_, index) => named.has(index));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each([
  { title: `promtool 2${two.note}`, tool: two, accepted: right },
  { title: `promtool 3${three.note}`, tool: three, accepted: [...right, ...rightSince3] },
])('$title', ({ tool, accepted }) => {
  test.skipIf(tool.missing)('accepts right expressions', () => {
    expect(rejected(tool.bin, accepted)).toEqual([]);
  });

  test.skipIf(tool.missing)('rejects wrong expressions', () => {
    expect(rejected(tool.bin, wrong)).toEqual(wrong);
  });
});
