/** Turns what happens in an inference server into measurements: one call per event, updating all that it concerns. */
import type { AttributeTypes } from '../../catalogue/attributes.js';
import type { InstrumentsOf, Observable, ObserveCallback } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import type { InferenceDefinitions } from './metrics.js';

/** The stages of a request that can be timed. */
export type Stage =
  | 'deserialize'
  | 'scheduler'
  | 'tokenizerQueueWait'
  | 'tokenization'
  | 'batchWait'
  | 'modelQueueWait'
  | 'inference'
  | 'send'
  | 'receive'
  | 'serialize';

/** Seconds that a request spent in each stage; those that did not occur are left out. */
export type StageSeconds = { readonly [S in Stage]?: number };

/** A request that ended. */
export interface EndedRequest {
  /** Seconds, end to end. */
  readonly totalSeconds: number;
  readonly stages?: StageSeconds;
  /** Seconds until the first result; `totalSeconds` when results come at once and this is left out. */
  readonly firstResultSeconds?: number;
  /** Documents that were scored. */
  readonly documents?: number;
  /** What failed, in few words; absent when nothing did. */
  readonly errorType?: string;
}

/** A request that goes on. */
export interface ActiveRequest {
  /** Adds seconds to a stage; a stage may be entered several times. */
  stage(stage: Stage, seconds: number): void;
  /** Marks the first result, now. Later marks are ignored. */
  firstResult(): void;
  /** Ends the request; later calls do nothing. */
  end(outcome?: { readonly documents?: number; readonly errorType?: string }): void;
}

/** A batch as it went to the model. */
export interface Batch {
  readonly sequences: number;
  /** Tokens of all sequences, without padding. */
  readonly tokens: number;
  readonly paddingTokens: number;
  readonly longestSequence: number;
}

/** A worker whose requests are counted. */
export interface Worker {
  /** Enters requests that ended together (one by default), each of them after `seconds` in the worker. */
  completed(seconds: number, requests?: number): void;
  /** The worker is no more: its latency and throughput are no longer reported, its count stays. */
  ended(): void;
}

/** Functions that tell how many requests wait now; called at each collection. */
export interface QueueSizes {
  readonly tokenizer?: () => number;
  readonly model?: () => number;
  readonly batch?: () => number;
}

const histogramOfStage = {
  deserialize: 'grpcDeserializeLatency',
  scheduler: 'schedulerLatency',
  tokenizerQueueWait: 'tokenizerQueueWaitLatency',
  tokenization: 'tokenizationLatency',
  batchWait: 'batchWaitLatency',
  modelQueueWait: 'modelQueueWaitLatency',
  inference: 'inferenceLatency',
  send: 'mpQueueSendLatency',
  receive: 'mpQueueReceiveLatency',
  serialize: 'grpcSerializeLatency',
} as const satisfies Record<Stage, keyof InferenceDefinitions>;

/** The way in to the metrics of an inference server. */
export class InferenceRecorder {
  /** The metrics themselves, for what no verb covers: `gpuMemory`, `gpuUtilization`, `cpuPercent`. */
  readonly instruments: InstrumentsOf<InferenceDefinitions>;
  readonly #clock: PackContext<InferenceDefinitions>['clock'];
  readonly #windowMs: number;
  readonly #overall: SlidingWindow;
  readonly #pools: { readonly tokenizer: SlidingWindow; readonly model: SlidingWindow };

  constructor({ instruments, clock }: PackContext<InferenceDefinitions>, windowMs: number) {
    this.instruments = instruments;
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#overall = this.#window();
    this.#pools = { tokenizer: this.#window(), model: this.#window() };
    const rates = [
      [instruments.overallThroughput, this.#overall],
      [instruments.tokenizerThroughput, this.#pools.tokenizer],
      [instruments.inferenceThroughput, this.#pools.model],
    ] as const;
    for (const [gauge, window] of rates) {
      gauge.addCallback((observation) => observation.observe(window.perSecond(clock.monotonicMs())));
    }
  }

  /** Begins a request: it is in flight until it is ended. */
  begin(): ActiveRequest {
    const beganMs = this.#clock.monotonicMs();
    const sinceBeginning = () => (this.#clock.monotonicMs() - beganMs) / 1_000;
    const stages: { -readonly [S in Stage]?: number } = {};
    let firstResultSeconds: number | undefined;
    let ended = false;
    this.instruments.requestsInFlight.add(1);
    return {
      stage(stage, seconds) {
        stages[stage] = (stages[stage] ?? 0) + seconds;
      },
      firstResult() {
        firstResultSeconds ??= sinceBeginning();
      },
      end: (outcome = {}) => {
        if (ended) return;
        ended = true;
        this.instruments.requestsInFlight.add(-1);
        this.request({
          ...outcome,
          totalSeconds: sinceBeginning(),
          stages,
          ...(firstResultSeconds === undefined ? {} : { firstResultSeconds }),
        });
      },
    };
  }

  /** Records a request that ended: count, latency, every stage, waiting in all, and what no stage accounts for. */
  request({ totalSeconds, stages = {}, firstResultSeconds, documents, errorType }: EndedRequest): void {
    const { instruments } = this;
    instruments.requestCount.add(1);
    instruments.requestLatency.record(totalSeconds);
    this.#overall.add(this.#clock.monotonicMs(), 1);
    if (documents !== undefined) instruments.documentsScored.add(documents);
    if (errorType === undefined) instruments.timeToFirstResult.record(firstResultSeconds ?? totalSeconds);
    else instruments.requestErrors.add(1, { 'error.type': errorType });

    let staged = 0;
    for (const stage of Object.keys(stages) as Stage[]) {
      const seconds = stages[stage] ?? 0;
      staged += seconds;
      this.stage(stage, seconds);
    }
    const { tokenizerQueueWait, batchWait, modelQueueWait, tokenization = 0, inference = 0 } = stages;
    const waits = [tokenizerQueueWait, batchWait, modelQueueWait].filter((wait) => wait !== undefined);
    const waited = waits.reduce((sum, wait) => sum + wait, 0);
    if (waits.length > 0) instruments.queueWaitLatency.record(waited);
    // What failed on its way passed through some stages only; its overhead would say nothing of the pipeline.
    if (staged === 0 || errorType !== undefined) return;
    // Stages that overlap add up to more than the whole; there is no overhead then.
    instruments.overheadLatency.record(Math.max(0, totalSeconds - waited - tokenization - inference));
    instruments.pipelineOverheadLatency.record(Math.max(0, totalSeconds - staged));
  }

  /** Records one stage alone, for work that belongs to no single request. */
  stage(stage: Stage, seconds: number): void {
    // A name that is none, which only untyped code can give, is no reason to throw into a request.
    if (Object.hasOwn(histogramOfStage, stage)) this.instruments[histogramOfStage[stage]].record(seconds);
  }

  /** Records a batch: its size, its tokens, its padding. */
  batch({ sequences, tokens, paddingTokens, longestSequence }: Batch): void {
    const { instruments } = this;
    instruments.batchSize.record(sequences);
    instruments.totalTokens.add(tokens);
    instruments.paddedTokens.add(paddingTokens);
    instruments.maxSeqLength.set(longestSequence);
    if (sequences > 0) instruments.avgSeqLength.set(tokens / sequences);
    if (tokens + paddingTokens > 0) instruments.paddingRatio.set(paddingTokens / (tokens + paddingTokens));
  }

  /** A worker of a pool; its latency and throughput are computed over the window from what it completes. */
  worker(id: string, type: 'model' | 'tokenizer'): Worker {
    const { instruments } = this;
    const attributes = { worker_id: id, worker_type: type };
    const count = instruments.workerRequestCount.bind(attributes);
    const window = this.#window();
    const now = () => this.#clock.monotonicMs();
    const stopThroughput = observeWhile(instruments.workerThroughput, (observation) =>
      observation.observe(window.perSecond(now()), attributes),
    );
    const stopLatency = observeWhile(instruments.workerLatency, (observation) => {
      const seconds = window.mean(now());
      if (seconds !== undefined) observation.observe(seconds * 1_000, attributes);
    });
    return {
      completed: (seconds, requests = 1) => {
        const nowMs = now();
        count.add(requests);
        window.add(nowMs, requests, seconds * requests);
        this.#pools[type]?.add(nowMs, requests);
      },
      ended() {
        stopThroughput();
        stopLatency();
      },
    };
  }

  /** Reads queue sizes from now on, until the returned function is called. */
  watchQueues(sizes: QueueSizes): () => void {
    const { tokenizerQueueSize, modelQueueSize, batchQueueSize } = this.instruments;
    const gauges = [
      [tokenizerQueueSize, sizes.tokenizer],
      [modelQueueSize, sizes.model],
      [batchQueueSize, sizes.batch],
    ] as const;
    const stops = gauges.flatMap(([gauge, size]) =>
      size === undefined ? [] : [observeWhile(gauge, (observation) => observation.observe(size()))],
    );
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Records how long a model took to load. */
  modelLoaded(seconds: number, model?: string): void {
    this.instruments.modelLoadTime.set(seconds, model === undefined ? {} : { model });
  }

  #window(): SlidingWindow {
    return new SlidingWindow(this.#windowMs, this.#clock.monotonicMs());
  }
}

/** Adds a callback; the returned function takes it away again. */
function observeWhile<A extends AttributeTypes>(gauge: Observable<A>, callback: ObserveCallback<A>): () => void {
  gauge.addCallback(callback);
  return () => gauge.removeCallback(callback);
}
