/** The loop of a worker thread: loads, reports readiness, and answers each job with its output and times. */
import { parentPort } from 'node:worker_threads';
import { now, since } from './clock.ts';
import type { FromWorker, Job } from './messages.ts';

/** The result of a job. The buffers in `transfer` are transferred, not copied. */
export interface Outcome<Out> {
  readonly output: Out;
  readonly transfer: readonly ArrayBuffer[];
}

/** Runs the loop. `load` is timed and returns the function that runs a job. */
export function serveJobs<In, Out>(load: () => (input: In) => Outcome<Out>): void {
  if (parentPort === null) throw new Error('This file must run in a worker thread.');
  const port = parentPort;
  const answer = (message: FromWorker<Out>, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);

  const startedAt = now();
  const work = load();
  port.on('message', ({ input }: Job<In>) => {
    const receivedAt = now();
    try {
      const { output, transfer } = work(input);
      answer({ kind: 'done', output, receivedAt, finishedAt: now() }, transfer);
    } catch (error) {
      answer({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
  });
  answer({ kind: 'loaded', seconds: since(startedAt) });
}
