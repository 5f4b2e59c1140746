/** Garbage collections, as the runtime reports them. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** Kinds of garbage collections of V8. */
export const gcTypes = ['major', 'minor', 'incremental', 'weakcb'] as const;

export type GcType = (typeof gcTypes)[number];

const typeOf: Readonly<Record<number, GcType>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Entry of a garbage collection; its detail is part of Node's API, but not of its types. */
type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

/** Calls `record` with each collection; returns the function that ends it. Without reports (Bun), nothing is called. */
export function observeGarbageCollections(record: (seconds: number, type: GcType) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as readonly GcEntry[]) {
      const type = typeOf[entry.detail?.kind ?? -1];
      if (type !== undefined) record(entry.duration / 1_000, type);
    }
  });
  try {
    observer.observe({ entryTypes: ['gc'] });
  } catch {
    return () => {};
  }
  return () => observer.disconnect();
}
