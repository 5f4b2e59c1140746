/** A program whose metrics start in two workers of a cluster and in a thread, but not in the primary. */
import cluster from 'node:cluster';
import { isMainThread, Worker } from 'node:worker_threads';
import { startMetrics } from 'otelier';

if (cluster.isPrimary && isMainThread) {
  for (const _ of [1, 2]) cluster.fork();
  new Worker(new URL(import.meta.url));
} else {
  await startMetrics().ready;
  await new Promise((resolve) => setImmediate(resolve));
  if (cluster.isWorker) cluster.worker.disconnect();
}
