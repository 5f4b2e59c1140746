/** Worker threads of one kind behind one queue. Each thread runs one job at a time; every step of a job is timed. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { now, since } from './clock.ts';
import type { FromWorker, Job } from './messages.ts';

/** Seconds that a job spent in each step. Their sum is the time from `run` to its result. */
export interface Timing {
  readonly queueWait: number;
  readonly send: number;
  readonly work: number;
  readonly receive: number;
}

/** A finished job, with the number of its thread. */
export interface Finished<Out> {
  readonly output: Out;
  readonly thread: number;
  readonly timing: Timing;
}

interface Pending<In, Out> {
  readonly input: In;
  readonly transfer: readonly ArrayBuffer[];
  readonly queuedAt: number;
  sentAt: number;
  resolve(finished: Finished<Out>): void;
  reject(reason: Error): void;
}

interface Thread<In, Out> {
  readonly number: number;
  readonly worker: Worker;
  job: Pending<In, Out> | undefined;
}

export class WorkerPool<In, Out> {
  /** Seconds that the slowest thread took to load. Rejects if a thread cannot load. */
  readonly loaded: Promise<number>;
  readonly #threads: Thread<In, Out>[] = [];
  readonly #queue: Pending<In, Out>[] = [];

  /** @param script name of a file in this folder, without its extension. */
  constructor(script: string, size: number) {
    // A worker has the extension of this file, compiled JavaScript or TypeScript.
    const url = new URL(`./${script}${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    const loads = Array.from({ length: size }, (_, number) => this.#start(number, url));
    this.loaded = Promise.all(loads).then((seconds) => Math.max(...seconds));
    // A failure before anyone awaits `loaded` must not end the process.
    this.loaded.catch(() => undefined);
  }

  /** Number of jobs that wait for a thread. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Queues a job. The buffers in `transfer` are transferred, not copied. */
  run(input: In, transfer: readonly ArrayBuffer[] = []): Promise<Finished<Out>> {
    if (this.#threads.length === 0) return Promise.reject(new Error('All worker threads have ended.'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ input, transfer, queuedAt: now(), sentAt: 0, resolve, reject });
      this.#dispatch();
    });
  }

  /** Ends the threads and rejects unfinished jobs. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(number: number, url: URL): Promise<number> {
    const worker = new Worker(url);
    const thread: Thread<In, Out> = { number, worker, job: undefined };
    this.#threads.push(thread);
    return new Promise((resolve, reject) => {
      let reason = new Error('A worker thread ended.');
      worker.on('message', (message: FromWorker<Out>) => {
        if (message.kind === 'loaded') resolve(message.seconds);
        else this.#settle(thread, message);
      });
      worker.on('error', (error) => {
        reason = error instanceof Error ? error : new Error(String(error));
      });
      worker.on('exit', () => {
        reject(reason);
        this.#remove(thread, reason);
      });
    });
  }

  #dispatch(): void {
    for (const thread of this.#threads) {
      if (thread.job !== undefined) continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      thread.job = job;
      job.sentAt = now();
      thread.worker.postMessage({ input: job.input } satisfies Job<In>, job.transfer);
    }
  }

  #settle(thread: Thread<In, Out>, message: Exclude<FromWorker<Out>, { kind: 'loaded' }>): void {
    const { job } = thread;
    thread.job = undefined;
    if (job !== undefined) {
      if (message.kind === 'failed') job.reject(new Error(message.reason));
      else {
        const { output, receivedAt, finishedAt } = message;
        const timing = {
          queueWait: job.sentAt - job.queuedAt,
          send: Math.max(0, receivedAt - job.sentAt),
          work: finishedAt - receivedAt,
          receive: since(finishedAt),
        };
        job.resolve({ output, thread: thread.number, timing });
      }
    }
    this.#dispatch();
  }

  #remove(thread: Thread<In, Out>, reason: Error): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    thread.job?.reject(reason);
    if (this.#threads.length > 0) return;
    for (const job of this.#queue.splice(0)) job.reject(reason);
  }
}
