/**
 * What nobody will deliver: requests for an endpoint that has other headers or another address by now. They stay for as
 * long as any would, and go then.
 */
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { filesOf } from './files.js';
import { isLeft, type Owner } from './owners.js';

/**
 * Removes what is older than `maxAgeMs` and belongs to no process that lives.
 *
 * @param endpoints folders of endpoints. One that becomes empty is removed.
 * @returns how many points that were.
 */
export async function removeLeftovers(
  endpoints: readonly string[],
  self: Owner,
  clock: Clock,
  maxAgeMs: number,
): Promise<number> {
  let points = 0;
  for (const endpoint of endpoints) {
    for (const name of await readdir(endpoint).catch(() => [])) {
      const folder = join(endpoint, name);
      if (!(await isLeft(folder, self, clock))) continue;
      for (const file of await filesOf(folder).catch(() => [])) {
        if (clock.nowUnixMs() - file.keptUnixMs <= maxAgeMs) continue;
        // Another process may have removed, and counted, it.
        points += await unlink(join(folder, file.name)).then(
          () => file.points,
          () => 0,
        );
      }
      await rmdir(folder).catch(() => undefined);
    }
    await rmdir(endpoint).catch(() => undefined);
  }
  return points;
}
