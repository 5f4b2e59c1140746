/** Detects that this code runs in a cluster worker or a worker thread, which shares ports and names with its siblings. */

/** `undefined` in the main thread of a process that is not a worker of `node:cluster`. */
export type WorkerKind = 'cluster worker' | 'worker thread' | undefined;

/** Returns the kind of worker that this code runs in. */
export function workerKind(): WorkerKind {
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return 'worker thread';
  // Without a channel to a parent there is no cluster; loading the module takes 2 ms.
  if (process.send === undefined) return undefined;
  return loadCluster().isWorker ? 'cluster worker' : undefined;
}

/** Returns the kind and the number of the worker that this code runs in, such as `cluster worker 2`. */
export function workerLabel(): string | undefined {
  const kind = workerKind();
  if (kind === undefined) return undefined;
  const threads = process.getBuiltinModule('node:worker_threads');
  return `${kind} ${kind === 'worker thread' ? threads.threadId : loadCluster().worker?.id}`;
}

/** Returns `node:cluster`. The types describe the ES module, whose default export is this object. */
function loadCluster() {
  return process.getBuiltinModule('node:cluster') as unknown as typeof import('node:cluster').default;
}
