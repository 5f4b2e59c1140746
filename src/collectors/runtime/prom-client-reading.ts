/** Reads values that only prom-client shows, in addition to a reading of the runtime. */
import type { Clock } from '../../model/clock.js';
import type { RuntimeReading } from './reading.js';

/** Reading for the metrics of prom-client. */
export interface PromClientReading extends RuntimeReading {
  /** Time that an immediate waited. */
  readonly lagSeconds: number;
  /** Number of active handles and requests of libuv, by the name of their class. */
  readonly handles: ReadonlyMap<string, number>;
  readonly requests: ReadonlyMap<string, number>;
}

/** Undocumented functions of Node, whose result prom-client shows. */
interface Undocumented {
  _getActiveHandles?(): readonly unknown[];
  _getActiveRequests?(): readonly unknown[];
}

/** Returns a function that reads the runtime one immediate later. */
export function promClientReader(read: () => RuntimeReading, clock: Clock): () => Promise<PromClientReading> {
  const undocumented = process as Undocumented;
  return async () => {
    const startedMs = clock.monotonicMs();
    await new Promise((resolve) => setImmediate(resolve));
    return {
      lagSeconds: (clock.monotonicMs() - startedMs) / 1_000,
      ...read(),
      handles: countByClass(undocumented._getActiveHandles?.() ?? []),
      requests: countByClass(undocumented._getActiveRequests?.() ?? []),
    };
  };
}

function countByClass(objects: readonly unknown[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const each of objects) {
    const { name } = (each as { constructor?: { name: string } } | null)?.constructor ?? {};
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
