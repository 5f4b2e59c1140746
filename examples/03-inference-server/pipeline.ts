/** The stages of a request: tokenizer queue, tokenizer, batch, model queue, model. Each is recorded at its end. */
import type { ActiveRequest } from 'otelier/packs/inference';
import { type Batch, BatchCollector } from './batch.ts';
import { now } from './clock.ts';
import type { PaddedBatch, Scores, Texts, Tokens } from './messages.ts';
import { metrics } from './metrics.ts';
import { pad, type TokenPair } from './padding.ts';
import { type Finished, WorkerPool } from './pool.ts';

const tokenizerThreads = 1;
const modelThreads = 1;
const batchLimits = { pairs: 32, waitMs: 4 };

/** A request whose documents are being scored. */
interface Scoring {
  readonly request: ActiveRequest;
  readonly scores: Float32Array;
  readonly queuedAt: number;
  missing: number;
  resolve(scores: Float32Array): void;
  reject(reason: Error): void;
}

interface Pair extends TokenPair {
  readonly of: Scoring;
  readonly index: number;
}

export class Pipeline {
  readonly #tokenizers = new WorkerPool<Texts, Tokens>('tokenizer-worker', tokenizerThreads);
  readonly #models = new WorkerPool<PaddedBatch, Scores>('model-worker', modelThreads);
  readonly #batches = new BatchCollector<Pair>(batchLimits, (batch) => void this.#runBatch(batch));
  readonly #tokenizerMetrics = recordThreads('tokenizer', tokenizerThreads);
  readonly #modelMetrics = recordThreads('model', modelThreads);

  readonly #stopWatching: () => void;

  constructor() {
    this.#stopWatching = metrics.inference.watchQueues({
      tokenizer: () => this.#tokenizers.waiting,
      model: () => this.#models.waiting,
      batch: () => new Set(this.#batches.waiting.map((pair) => pair.of)).size,
    });
  }

  /** Resolves when the pipeline accepts requests. */
  async ready(): Promise<void> {
    const [seconds] = await Promise.all([this.#models.loaded, this.#tokenizers.loaded]);
    metrics.inference.modelLoaded(seconds, 'bm25');
  }

  /** Returns one score for each document, in the same order. */
  async score(request: ActiveRequest, query: string, documents: readonly string[]): Promise<Float32Array> {
    if (documents.length === 0) return new Float32Array(0);
    const { output, thread, timing } = await this.#tokenizers.run([query, ...documents]);
    request.stage('tokenizerQueueWait', timing.queueWait);
    request.stage('send', timing.send);
    request.stage('tokenization', timing.work);
    request.stage('receive', timing.receive);
    this.#tokenizerMetrics[thread]?.completed(timing.work);
    return this.#enqueue(request, output);
  }

  async close(): Promise<void> {
    await Promise.all([this.#tokenizers.close(), this.#models.close()]);
    this.#stopWatching();
    for (const worker of [...this.#tokenizerMetrics, ...this.#modelMetrics]) worker.ended();
  }

  #enqueue(request: ActiveRequest, { ids, ends }: Tokens): Promise<Float32Array> {
    const startedAt = now();
    const [query = new Int32Array(0), ...documents] = Array.from(ends, (end, index) =>
      ids.subarray(ends[index - 1] ?? 0, end),
    );
    return new Promise((resolve, reject) => {
      const scores = new Float32Array(documents.length);
      const of = { request, scores, queuedAt: now(), missing: scores.length, resolve, reject };
      request.stage('scheduler', of.queuedAt - startedAt);
      this.#batches.add(documents.map((document, index) => ({ query, document, of, index })));
    });
  }

  async #runBatch({ pairs, closedAt }: Batch<Pair>): Promise<void> {
    try {
      const { batch, tokens, paddingTokens } = pad(pairs);
      metrics.inference.batch({ sequences: pairs.length, tokens, paddingTokens, longestSequence: batch.longest });
      const { ids, lengths, queryLengths } = batch;
      const finished = await this.#models.run(batch, [ids.buffer, lengths.buffer, queryLengths.buffer]);
      this.#deliver(pairs, closedAt, finished);
    } catch (error) {
      for (const { of } of pairs) of.reject(error as Error);
    }
  }

  #deliver(pairs: readonly Pair[], closedAt: number, { output, thread, timing }: Finished<Scores>): void {
    let completed = 0;
    for (const [row, { of, index }] of pairs.entries()) {
      of.scores[index] = output[row] ?? 0;
      of.request.firstResult();
      of.missing -= 1;
      if (of.missing > 0) continue;
      // A request ends with the last of its batches: the times of that batch are recorded and do not overlap.
      of.request.stage('batchWait', Math.max(0, closedAt - of.queuedAt));
      of.request.stage('modelQueueWait', timing.queueWait);
      of.request.stage('send', timing.send);
      of.request.stage('inference', timing.work);
      of.request.stage('receive', timing.receive);
      of.resolve(of.scores);
      completed += 1;
    }
    this.#modelMetrics[thread]?.completed(timing.work, completed);
  }
}

function recordThreads(type: 'model' | 'tokenizer', threads: number) {
  return Array.from({ length: threads }, (_, number) => metrics.inference.worker(`${type}-${number}`, type));
}
