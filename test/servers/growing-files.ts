/** Files of a control group whose counts grow, as those of a container that works. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const counts = /\b((?:\w+_usec|nr_\w+|[rw](?:bytes|ios)|oom_kill|pg(?:maj)?fault)[ =])(\d+)/g;

/** Copies the fixture, and increases its counts each fifth of a second. */
export function growingGroup(): { readonly folder: string; stop(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-group-'));
  cpSync(fileURLToPath(new URL('../collectors/fixtures/groups/v2-6.12/', import.meta.url)), folder, {
    recursive: true,
  });
  const grow = () => {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const text = readFileSync(file, 'utf8');
      const grown = text.replaceAll(counts, (_, key: string, count: string) => `${key}${Number(count) + 10}`);
      if (grown !== text) writeFileSync(file, grown, { flag: 'r+' });
    }
  };
  const timer = setInterval(grow, 200);
  return {
    folder,
    stop() {
      clearInterval(timer);
      rmSync(folder, { recursive: true });
    },
  };
}
