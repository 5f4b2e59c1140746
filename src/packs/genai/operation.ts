/** The state of an operation from start to end, and the recording of its metrics. */
import type { Clock } from '../../model/clock.js';
import type { OpenHandle, OpenHandles } from '../kit/open-handles.js';
import { isCount, refuse } from '../kit/refusal.js';
import type { BoundedAttributes, ModelAttributes, RawStart } from './bounded-attributes.js';
import { Chunks } from './chunks.js';
import type { Costs } from './costs.js';
import { recordDuration } from './durations.js';
import type { StreamOutcome } from './events.js';
import type { GenaiInstruments } from './metrics.js';
import { TokenEstimate, type Tokenizer } from './token-estimate.js';
import { lacksTotal, type RawUsage, refuseContradictions } from './token-parts.js';
import { hasInvalidPart, readUsage, recordUsage, refuseUsage, usageGap } from './usage.js';

/** State that all operations share. */
export interface OperationContext {
  readonly instruments: GenaiInstruments;
  readonly clock: Clock;
  readonly attributes: BoundedAttributes;
  readonly costs: Costs;
  /** The handle of a stream is the object that its consumer reads. */
  readonly streams: OpenHandles;
  readonly tokenizer: Tokenizer | undefined;
}

/** The outcome of an operation as the caller passed it, not yet validated. */
export interface RawEnd {
  readonly responseModel?: unknown;
  readonly usage?: unknown;
  readonly errorType?: unknown;
  readonly costUsd?: unknown;
  readonly stream?: unknown;
  readonly outputText?: unknown;
}

/** The state of an operation. Its methods do not throw. */
export class OperationState implements OpenHandle {
  readonly #context: OperationContext;
  readonly #start: RawStart;
  readonly #startMs: number;
  readonly #chunks = new Chunks();
  /** Attributes of chunk metrics, without the response model, which may become known later. */
  #chunkAttributes: ModelAttributes | undefined;
  readonly #usage: RawUsage = {};
  /** True if usage could not be read, and no complete usage followed. */
  #isUsageUnreadable = false;
  readonly #estimate: TokenEstimate | undefined;
  #responseModel: unknown;
  #lastMs: number;
  #isStream = false;
  #hasEnded = false;

  /** @param inputText text of the request, or a function that returns it; kept only if it may be tokenized. */
  constructor(context: OperationContext, { inputText, ...start }: RawStart & { readonly inputText: unknown }) {
    this.#context = context;
    this.#start = start;
    this.#startMs = context.clock.monotonicMs();
    this.#lastMs = this.#startMs;
    const { tokenizer } = context;
    this.#estimate = tokenizer === undefined ? undefined : new TokenEstimate(tokenizer, inputText);
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** Marks the response as streamed. @param consumerObject the object that the consumer references. */
  markStream(consumerObject: object): void {
    if (this.#isStream || this.#hasEnded) return;
    this.#isStream = true;
    this.#context.streams.add(this, consumerObject);
  }

  /** Merges usage and response model that a chunk reports. */
  update(usage: unknown, responseModel: unknown): void {
    try {
      // Usage is cumulative: complete usage includes what could not be read before.
      if (readUsage(usage, this.#usage)) this.#isUsageUnreadable = false;
    } catch {
      this.#isUsageUnreadable = true;
      refuseUsage(this.#context.instruments);
    }
    if (responseModel !== undefined) this.#responseModel = responseModel;
  }

  /** Records a chunk that arrives now. */
  chunk(tokens: unknown, text: unknown): void {
    if (this.#hasEnded) return;
    const { instruments, clock, attributes } = this.#context;
    const nowMs = clock.monotonicMs();
    const gapMs = this.#chunks.add(nowMs);
    this.#lastMs = nowMs;
    this.#chunkAttributes ??= attributes.ofOperation(this.#start, undefined, true);
    if (gapMs === undefined) {
      const seconds = (nowMs - this.#startMs) / 1_000;
      instruments.operationTimeToFirstChunk?.record(seconds, this.#chunkAttributes);
      instruments.inferenceTimeToFirstChunk?.record(seconds, this.#chunkAttributes);
    } else {
      instruments.operationTimePerOutputChunk?.record(gapMs / 1_000, this.#chunkAttributes);
      instruments.inferenceTimePerOutputChunk?.record(gapMs / 1_000, this.#chunkAttributes);
    }
    if (isCount(tokens)) this.#chunks.addTokens(tokens);
    else if (tokens !== undefined) {
      this.#chunks.addInvalidTokens();
      refuse(instruments.outputTokensPerSecond, tokens);
    }
    this.#estimate?.add(text, this.#responseModel ?? this.#start.model);
  }

  /** Ends the operation now. Only the first end counts. */
  end(end: RawEnd): void {
    this.#end(end, (this.#context.clock.monotonicMs() - this.#startMs) / 1_000);
  }

  /** Ends the operation with a duration that the caller measured. */
  endAfter(seconds: unknown = Number.NaN, end: RawEnd): void {
    this.#end(end, seconds);
  }

  /** Ends an abandoned stream, without a duration: the time when its consumer stopped reading is unknown. */
  abandon(): void {
    this.#end({ stream: 'abandoned' satisfies StreamOutcome }, undefined);
  }

  #end(end: RawEnd, seconds: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { instruments, attributes: bounded, costs, streams } = this.#context;
    const { responseModel = this.#responseModel, usage, errorType, costUsd, stream } = end;
    streams.remove(this);
    this.update(usage, undefined);
    const succeeded = errorType === undefined && (stream === undefined || stream === 'completed');
    const attributes = bounded.ofOperation(this.#start, responseModel, succeeded || this.#chunks.count > 0);
    const error = bounded.error(errorType);
    if (seconds !== undefined) recordDuration(instruments, seconds, attributes, error, this.#start.agent);
    const { provider, model } = this.#start;
    const answered = errorType === undefined || this.#chunks.count > 0;
    const { counted, estimated, gap } = this.#complete(end, answered, responseModel ?? model);
    recordUsage(instruments, counted, estimated, attributes, error);
    costs.record({
      reported: costUsd ?? this.#usage.costUsd,
      usage: counted,
      gap,
      isEstimated: Object.keys(estimated).length > 0,
      provider,
      models: [responseModel, model],
      attributes,
      answered,
    });
    this.#recordStream(stream, attributes, error);
  }

  /** Adds counted and estimated tokens to the usage. `gap` is the reason why no cost can be derived from the result. */
  #complete({ stream, outputText }: RawEnd, answered: boolean, model: unknown) {
    const chunkTokens = this.#chunks.tokens;
    const counted: RawUsage = { ...(chunkTokens === undefined ? {} : { outputTokens: chunkTokens }), ...this.#usage };
    // Counts of a stream may arrive one by one: only the last ones can contradict each other.
    refuseContradictions(counted);
    const isStream = this.#isStream || stream !== undefined;
    const isInvalid = this.#isUsageUnreadable || hasInvalidPart(counted);
    // Some providers report the input at the start of a stream, and the output only at its end.
    const isOutputMissing = isStream && counted.outputTokens === undefined;
    const gap = usageGap(this.#usage, isInvalid || isOutputMissing || lacksTotal(counted));
    if (gap === undefined || !answered || this.#estimate === undefined) return { counted, estimated: {}, gap };
    if (!isStream) this.#estimate.add(outputText, model);
    const hasOutput = isStream ? this.#chunks.count > 0 : this.#start.operation !== 'embeddings';
    const estimated = this.#estimate.missing(counted, hasOutput, model);
    Object.assign(counted, estimated);
    const isComplete = counted.inputTokens !== undefined && (counted.outputTokens !== undefined || !hasOutput);
    return { counted, estimated, gap: isComplete && !isInvalid && !lacksTotal(counted) ? undefined : gap };
  }

  #recordStream(reportedOutcome: unknown, attributes: ModelAttributes, error: string | undefined): void {
    const { streams, outputTokensPerSecond } = this.#context.instruments;
    const defaultOutcome = error === undefined ? 'completed' : 'failed';
    const outcome = reportedOutcome ?? (this.#isStream ? defaultOutcome : undefined);
    if (outcome !== undefined) streams.add(1, { ...attributes, outcome: outcome as StreamOutcome });
    const speed = this.#chunks.tokensPerSecond(this.#usage);
    if (speed !== undefined) outputTokensPerSecond.record(speed, attributes);
  }
}
