/** The line at the start that says where metrics go. */
import type { Backend } from '../delivery/contract.js';
import { workerLabel } from '../delivery/worker-kind.js';
import type { StartLog } from './diagnostics.js';

/**
 * Logs the backends with their targets in one line, when all of them have opened or failed. Omits backends that failed. A
 * worker names itself: its siblings log the same.
 *
 * @param readers names of the readers of the application.
 */
export async function announce(backends: readonly Backend[], readers: readonly string[], log: StartLog): Promise<void> {
  const opened = await Promise.allSettled(backends.map(({ ready }) => ready));
  const targets = backends.flatMap((backend, index) => {
    const { state, url, pageUrl } = backend.status();
    const isOpen = opened[index]?.status === 'fulfilled' && state !== 'failing';
    if (!isOpen) return [];
    const page = pageUrl === undefined ? [] : [`page ${pageUrl}`];
    return [url === undefined ? backend.name : `${backend.name} ${url}`, ...page];
  });
  const all = [...targets, ...readers];
  const worker = workerLabel();
  if (all.length > 0) log(`otelier${worker === undefined ? '' : ` (${worker})`}: ${all.join(', ')}`);
}
