/** Recorder of the inference pack: one verb per event, which updates every affected metric. */
import type { AttributeValues } from '../../catalogue/attributes.js';
import type { InstrumentsOf, Observable, ObserveCallback } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import { OpenHandles } from '../kit/open-handles.js';
import { rangedGauge } from '../kit/ranged-gauge.js';
import { amountOf, eventOf, isAmount, readNow, refuse, wholeOf, withinRange } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { type InferenceRequestRecorder, InferenceRequestState } from './active-request.js';
import type { ActiveRequest, Batch, EndedRequest, QueueSizes, Stage, Worker } from './events.js';
import type { InferenceDefinitions } from './metrics.js';
import { type ReadingKey, showReadings } from './readings.js';
import { computeStages, histogramOfStage, isStage, waitStages } from './stages.js';
import { Workers } from './workers.js';

/** Validated options, with defaults applied. */
export interface InferenceSettings {
  readonly windowMs: number;
  readonly abandonedAfterMs: number;
}

/**
 * Records the events of an inference server.
 *
 * No verb throws. The engine rejects an invalid value and counts it by reason in `metrics.status().rejected`. An event
 * that is not an object, or throws when it is read, is dropped as a whole and counted as `event_unreadable`.
 */
export class InferenceRecorder {
  /**
   * Instruments of the pack. No verb updates `gpuMemory`, `gpuUtilization` and `cpuPercent`: the collectors `gpu` and
   * `runtime` do, until the application sets a value. Gauges refuse values outside their range, as the verbs do.
   */
  readonly instruments: InstrumentsOf<InferenceDefinitions>;
  readonly #clock: PackContext<InferenceDefinitions>['clock'];
  readonly #guard: VerbGuard;
  readonly #open: OpenHandles;
  readonly #requestRecorder: InferenceRequestRecorder;
  readonly #overall: SlidingWindow;
  readonly #workers: Workers;
  readonly #watch: (sizes: QueueSizes) => () => void;

  constructor(context: PackContext<InferenceDefinitions>, { windowMs, abandonedAfterMs }: InferenceSettings) {
    const { clock, guard } = context;
    const ownGauges = new Set<object>();
    const instruments = withRanges(context.instruments, ownGauges);
    showReadings(context, ownGauges);
    this.instruments = instruments;
    this.#clock = clock;
    this.#guard = guard;
    const window = () => new SlidingWindow(windowMs, clock.monotonicMs());
    const [tokenizers, models] = [window(), window()];
    const pools = new Map([
      ['tokenizer', tokenizers],
      ['model', models],
    ]);
    this.#overall = window();
    this.#workers = new Workers(context, windowMs, pools);
    this.#watch = guard.verb(
      'watchQueues',
      (sizes: QueueSizes) => watchQueues(instruments, sizes),
      () => () => {},
    );
    this.#open = new OpenHandles(abandonedAfterMs);
    this.#requestRecorder = {
      request: (request) => this.request(request),
      stage: (stage, seconds) => this.stage(stage, seconds),
      abandoned: () => instruments.requestsAbandoned.add(1),
    };
    // Observed, not added up: a handle that outlives its start must not decrease the value of the next start. Callbacks
    // run before the counters of the same collection are read.
    instruments.requestsInFlight.addCallback((observation) => {
      this.#open.sweep(clock.monotonicMs());
      observation.observe(this.#open.count);
    });
    const rates = [
      [instruments.overallThroughput, this.#overall],
      [instruments.tokenizerThroughput, tokenizers],
      [instruments.inferenceThroughput, models],
    ] as const;
    for (const [gauge, window] of rates) {
      gauge.addCallback((observation) => observation.observe(window.perSecond(clock.monotonicMs())));
    }
  }

  /**
   * Begins a request. It is in flight and timed until `end()`. A request whose handle is garbage-collected, or not used
   * for `abandonedAfterMs`, is counted as abandoned and no longer in flight.
   */
  begin(): ActiveRequest {
    const state = new InferenceRequestState(this.#requestRecorder, this.#clock, this.#open);
    // Each function of the guarded handle references the handle.
    const handle = this.#guard.handle<ActiveRequest>('ActiveRequest', {
      stage: (stage, seconds) => state.stage(stage, seconds),
      firstResult: () => state.firstResult(),
      end: (outcome) => state.end(outcome),
    });
    this.#open.add(state, handle);
    return handle;
  }

  /**
   * Records an ended request: count, latency, every stage, total waiting time and overhead. A request whose duration is
   * invalid is dropped as a whole, so that counter, window and latency agree.
   */
  request(request: EndedRequest): void {
    const { totalSeconds, stages = {}, firstResultSeconds, documents, errorType } = eventOf(request);
    const { instruments } = this;
    const timed = Object.entries(eventOf(stages)) as [Stage, number | undefined][];
    if (!isAmount(totalSeconds)) {
      refuse(instruments.requestLatency, totalSeconds);
      return;
    }
    instruments.requestCount.add(1);
    instruments.requestLatency.record(totalSeconds);
    this.#overall.add(this.#clock.monotonicMs(), 1);
    if (documents !== undefined) instruments.documentsScored.add(wholeOf(documents));
    if (errorType === undefined)
      instruments.timeToFirstResult.record(amountOf(firstResultSeconds ?? totalSeconds, totalSeconds));
    else instruments.requestErrors.add(1, { 'error.type': errorType });

    let staged = 0;
    let waited: number | undefined;
    let computed = 0;
    for (const [stage, given] of timed) {
      this.stage(stage, given ?? 0);
      if (!isStage(stage)) continue;
      const seconds = withinRange(given ?? 0);
      staged += seconds;
      if (waitStages.has(stage) && given !== undefined) waited = (waited ?? 0) + seconds;
      if (computeStages.has(stage)) computed += seconds;
    }
    if (waited !== undefined) instruments.queueWaitLatency.record(waited);
    // A failed request passes through some stages only, so its overhead does not describe the pipeline.
    if (staged === 0 || errorType !== undefined) return;
    // Overlapping stages add up to more than the total.
    instruments.overheadLatency.record(Math.max(0, totalSeconds - (waited ?? 0) - computed));
    instruments.pipelineOverheadLatency.record(Math.max(0, totalSeconds - staged));
  }

  /**
   * Records one stage alone, for work that belongs to no single request. An unknown stage is counted at
   * `pipeline_overhead_latency_seconds`, which its time belongs to.
   */
  stage(stage: Stage, seconds: number): void {
    const { instruments } = this;
    if (isStage(stage)) instruments[histogramOfStage[stage]].record(amountOf(seconds));
    else refuse(instruments.pipelineOverheadLatency);
  }

  /** Records a batch: size, tokens and padding. */
  batch(batch: Batch): void {
    const { sequences, tokens, paddingTokens, longestSequence } = eventOf(batch);
    const { instruments } = this;
    const [count, payload, padding] = [sequences, tokens, paddingTokens].map(numberOfWhole) as [number, number, number];
    instruments.batchSize.record(wholeOf(sequences));
    instruments.totalTokens.add(wholeOf(tokens));
    instruments.paddedTokens.add(wholeOf(paddingTokens));
    instruments.maxSeqLength.set(numberOfWhole(longestSequence));
    if (count > 0) instruments.avgSeqLength.set(payload / count);
    if (payload + padding > 0) instruments.paddingRatio.set(padding / (payload + padding));
  }

  /**
   * Returns the handle of a worker of a pool: the same handle for the same arguments. Its latency and throughput are
   * computed over the window. All workers beyond the limit share the handle of `_OTHER`.
   */
  worker(id: string, type: 'model' | 'tokenizer'): Worker {
    return this.#workers.of(id, type);
  }

  /** Observes queue sizes until the returned function is called. */
  watchQueues(sizes: QueueSizes): () => void {
    return this.#watch(sizes);
  }

  /** Records the load time of a model. */
  modelLoaded(seconds: number, model?: string): void {
    this.instruments.modelLoadTime.set(withinRange(seconds), model === undefined ? {} : { model });
  }
}

/** Returns the instruments with gauges that refuse values outside their range; `own` receives what the application sets. */
function withRanges(
  instruments: InstrumentsOf<InferenceDefinitions>,
  own: Set<object>,
): InstrumentsOf<InferenceDefinitions> {
  const ofReadings = (key: ReadingKey, accepted: (value: unknown) => number) =>
    rangedGauge(instruments[key], accepted, () => own.add(instruments[key]));
  return {
    ...instruments,
    gpuMemory: ofReadings('gpuMemory', withinRange),
    gpuUtilization: ofReadings('gpuUtilization', (value) => withinRange(value, 100)),
    cpuPercent: ofReadings('cpuPercent', withinRange),
    paddingRatio: rangedGauge(instruments.paddingRatio, (value) => withinRange(value, 1)),
    maxSeqLength: rangedGauge(instruments.maxSeqLength, numberOfWhole),
    avgSeqLength: rangedGauge(instruments.avgSeqLength, withinRange),
    modelLoadTime: rangedGauge(instruments.modelLoadTime, withinRange),
  };
}

/** Returns a whole number from 0 unchanged and NaN for any other value. */
function numberOfWhole(value: unknown): number {
  return withinRange(wholeOf(value));
}

function watchQueues(instruments: InstrumentsOf<InferenceDefinitions>, sizes: QueueSizes): () => void {
  const { tokenizer, model, batch } = eventOf(sizes);
  const gauges = [
    [instruments.tokenizerQueueSize, tokenizer],
    [instruments.modelQueueSize, model],
    [instruments.batchQueueSize, batch],
  ] as const;
  const stops = gauges.flatMap(([gauge, size]) =>
    size === undefined
      ? []
      : [observeWhile(gauge, (observation) => observation.observe(numberOfWhole(readNow(size()))))],
  );
  return () => {
    for (const stop of stops) stop();
  };
}

/** Adds a callback. Returns a function that removes it. */
function observeWhile<A extends AttributeValues<A>>(gauge: Observable<A>, callback: ObserveCallback<A>): () => void {
  gauge.addCallback(callback);
  return () => gauge.removeCallback(callback);
}
