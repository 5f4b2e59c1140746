/** Generates a dashboard, rules and a page of runbooks from `catalogue.ts`, and prints the alerts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('cli/index.js', import.meta.resolve('otelier')));
const catalogue = fileURLToPath(new URL('./catalogue.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'otelier-generated-'));

// In a shell: npx otelier generate dashboards --catalogue catalogue.js --out generated
for (const kind of ['dashboards', 'rules']) {
  const flags = ['generate', kind, '--catalogue', catalogue, '--out', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...flags], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  console.log(stdout.replaceAll(`${folder}/`, '').trim());
}
const rules = readFileSync(join(folder, 'catalogue.rules.yaml'), 'utf8');
console.log([...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name).join(', '));
rmSync(folder, { recursive: true });
