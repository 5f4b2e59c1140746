/** Expiry of requests whose endpoint is no longer configured: its address or headers have changed. */
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { filesOf } from './files.js';
import { isAbandoned, type Owner } from './owners.js';

/**
 * Removes requests that are older than `maxAgeMs` and belong to no running process.
 *
 * @param endpoints folders of endpoints. Folders that become empty are removed.
 * @returns the number of points removed.
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
      if (!(await isAbandoned(folder, self, clock))) continue;
      for (const file of await filesOf(folder).catch(() => [])) {
        if (clock.nowUnixMs() - file.storedUnixMs <= maxAgeMs) continue;
        // Another process may have removed and counted the file.
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
