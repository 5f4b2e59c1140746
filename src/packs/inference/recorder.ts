/** Recorder of the inference pack: one verb per event, which updates every affected metric. */
import type { AttributeTypes } from '../../catalogue/attributes.js';
import type { InstrumentsOf, Observable, ObserveCallback } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import { isAmount } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import type { ActiveRequest, Batch, EndedRequest, QueueSizes, Stage, Worker } from './events.js';
import type { InferenceDefinitions } from './metrics.js';

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

const waitStages: ReadonlySet<Stage> = new Set(['tokenizerQueueWait', 'batchWait', 'modelQueueWait']);
const computeStages: ReadonlySet<Stage> = new Set(['tokenization', 'inference']);

/**
 * Records the events of an inference server.
 *
 * No verb throws. The engine rejects an invalid value and counts it by reason in `metrics.status().rejected`. An event
 * that is not an object, or throws when it is read, is dropped as a whole and counted as `event_unreadable`.
 */
export class InferenceRecorder {
  /** Instruments of the pack. No verb updates `gpuMemory`, `gpuUtilization` and `cpuPercent`. */
  readonly instruments: InstrumentsOf<InferenceDefinitions>;
  readonly #clock: PackContext<InferenceDefinitions>['clock'];
  readonly #guard: VerbGuard;
  readonly #windowMs: number;
  readonly #overall: SlidingWindow;
  /** Completed requests by type of worker. */
  readonly #pools: ReadonlyMap<string, SlidingWindow>;
  readonly #watch: (sizes: QueueSizes) => () => void;

  constructor({ instruments, clock, guard }: PackContext<InferenceDefinitions>, windowMs: number) {
    this.instruments = instruments;
    this.#clock = clock;
    this.#guard = guard;
    this.#windowMs = windowMs;
    this.#overall = this.#window();
    const [tokenizers, models] = [this.#window(), this.#window()];
    this.#pools = new Map([
      ['tokenizer', tokenizers],
      ['model', models],
    ]);
    this.#watch = guard.verb(
      'watchQueues',
      (sizes: QueueSizes) => watchQueues(instruments, sizes),
      () => () => {},
    );
    const rates = [
      [instruments.overallThroughput, this.#overall],
      [instruments.tokenizerThroughput, tokenizers],
      [instruments.inferenceThroughput, models],
    ] as const;
    for (const [gauge, window] of rates) {
      gauge.addCallback((observation) => observation.observe(window.perSecond(clock.monotonicMs())));
    }
  }

  /** Begins a request. It is in flight and timed until `end()`. */
  begin(): ActiveRequest {
    const beganMs = this.#clock.monotonicMs();
    const elapsedSeconds = () => (this.#clock.monotonicMs() - beganMs) / 1_000;
    const stages: { -readonly [S in Stage]?: number } = {};
    let firstResultSeconds: number | undefined;
    let ended = false;
    this.instruments.requestsInFlight.add(1);
    return this.#guard.handle<ActiveRequest>('ActiveRequest', {
      stage: (stage, seconds) => {
        // An invalid value must not replace the valid sum; the engine counts it at once.
        if (isAmount(seconds)) stages[stage] = (stages[stage] ?? 0) + seconds;
        else this.stage(stage, seconds);
      },
      firstResult() {
        firstResultSeconds ??= elapsedSeconds();
      },
      end: (outcome = {}) => {
        if (ended) return;
        ended = true;
        this.instruments.requestsInFlight.add(-1);
        this.request({
          ...outcome,
          totalSeconds: elapsedSeconds(),
          stages,
          ...(firstResultSeconds === undefined ? {} : { firstResultSeconds }),
        });
      },
    });
  }

  /** Records an ended request: count, latency, every stage, total waiting time and overhead. */
  request({ totalSeconds, stages = {}, firstResultSeconds, documents, errorType }: EndedRequest): void {
    const { instruments } = this;
    const timed = Object.entries(stages) as [Stage, number | undefined][];
    instruments.requestCount.add(1);
    instruments.requestLatency.record(totalSeconds);
    this.#overall.add(this.#clock.monotonicMs(), 1);
    if (documents !== undefined) instruments.documentsScored.add(documents);
    if (errorType === undefined) instruments.timeToFirstResult.record(firstResultSeconds ?? totalSeconds);
    else instruments.requestErrors.add(1, { 'error.type': errorType });

    let staged = 0;
    let waited: number | undefined;
    let computed = 0;
    for (const [stage, given] of timed) {
      this.stage(stage, given ?? 0);
      const seconds = numberOf(given ?? 0);
      staged += seconds;
      if (waitStages.has(stage) && given !== undefined) waited = (waited ?? 0) + seconds;
      if (computeStages.has(stage)) computed += seconds;
    }
    if (waited !== undefined) instruments.queueWaitLatency.record(waited);
    // A failed request passes through some stages only, so its overhead does not describe the pipeline.
    if (staged === 0 || errorType !== undefined) return;
    const total = numberOf(totalSeconds);
    // Overlapping stages add up to more than the total.
    instruments.overheadLatency.record(Math.max(0, total - (waited ?? 0) - computed));
    instruments.pipelineOverheadLatency.record(Math.max(0, total - staged));
  }

  /** Records one stage alone, for work that belongs to no single request. */
  stage(stage: Stage, seconds: number): void {
    // Untyped code may pass an unknown stage.
    if (Object.hasOwn(histogramOfStage, stage)) this.instruments[histogramOfStage[stage]].record(seconds);
  }

  /** Records a batch: size, tokens and padding. */
  batch({ sequences, tokens, paddingTokens, longestSequence }: Batch): void {
    const { instruments } = this;
    instruments.batchSize.record(sequences);
    instruments.totalTokens.add(tokens);
    instruments.paddedTokens.add(paddingTokens);
    instruments.maxSeqLength.set(longestSequence);
    const [count, payload, padding] = [numberOf(sequences), numberOf(tokens), numberOf(paddingTokens)];
    if (count > 0) instruments.avgSeqLength.set(payload / count);
    if (payload + padding > 0) instruments.paddingRatio.set(padding / (payload + padding));
  }

  /** Returns a worker of a pool. Its latency and throughput are computed over the window. */
  worker(id: string, type: 'model' | 'tokenizer'): Worker {
    const { instruments } = this;
    const attributes = { worker_id: id, worker_type: type };
    const count = instruments.workerRequestCount.bind(attributes);
    const throughput = this.#window();
    const latency = this.#window();
    const pool = this.#pools.get(type);
    const now = () => this.#clock.monotonicMs();
    const stopThroughput = observeWhile(instruments.workerThroughput, (observation) =>
      observation.observe(throughput.perSecond(now()), attributes),
    );
    const stopLatency = observeWhile(instruments.workerLatency, (observation) => {
      const seconds = latency.mean(now());
      if (seconds !== undefined) observation.observe(seconds * 1_000, attributes);
    });
    return this.#guard.handle<Worker>('Worker', {
      completed: (seconds, requests = 1) => {
        const nowMs = now();
        count.add(requests);
        if (isAmount(requests)) {
          throughput.add(nowMs, requests);
          pool?.add(nowMs, requests);
          if (isAmount(seconds)) latency.add(nowMs, requests, seconds * requests);
        }
        // Seconds are only in the window. The engine counts an invalid value as it counts that of a stage.
        if (!isAmount(seconds)) this.stage(type === 'tokenizer' ? 'tokenization' : 'inference', seconds);
      },
      ended() {
        stopThroughput();
        stopLatency();
      },
    });
  }

  /** Observes queue sizes until the returned function is called. */
  watchQueues(sizes: QueueSizes): () => void {
    return this.#watch(sizes);
  }

  /** Records the load time of a model. */
  modelLoaded(seconds: number, model?: string): void {
    this.instruments.modelLoadTime.set(seconds, model === undefined ? {} : { model });
  }

  #window(): SlidingWindow {
    return new SlidingWindow(this.#windowMs, this.#clock.monotonicMs());
  }
}

/** Returns an amount unchanged and NaN for any other value, so that the engine rejects what is derived from it. */
function numberOf(value: unknown): number {
  return isAmount(value) ? value : Number.NaN;
}

function watchQueues(instruments: InstrumentsOf<InferenceDefinitions>, sizes: QueueSizes): () => void {
  const gauges = [
    [instruments.tokenizerQueueSize, sizes.tokenizer],
    [instruments.modelQueueSize, sizes.model],
    [instruments.batchQueueSize, sizes.batch],
  ] as const;
  const stops = gauges.flatMap(([gauge, size]) =>
    size === undefined ? [] : [observeWhile(gauge, (observation) => observation.observe(size()))],
  );
  return () => {
    for (const stop of stops) stop();
  };
}

/** Adds a callback. Returns a function that removes it. */
function observeWhile<A extends AttributeTypes>(gauge: Observable<A>, callback: ObserveCallback<A>): () => void {
  gauge.addCallback(callback);
  return () => gauge.removeCallback(callback);
}
