/** The state of an operation from start to end, and the recording of its metrics. */
import type { Clock } from '../../model/clock.js';
import { isAmount, refuse } from '../kit/refusal.js';
import type { BoundedAttributes, ModelAttributes, RawStart } from './bounded-attributes.js';
import { Chunks } from './chunks.js';
import type { Costs } from './costs.js';
import { recordDuration } from './durations.js';
import type { StreamOutcome } from './events.js';
import type { GenaiInstruments } from './metrics.js';
import type { OpenStream, OpenStreams } from './open-streams.js';
import { type RawUsage, readUsage, recordUsage, refuseUsage } from './usage.js';

/** State that all operations share. */
export interface OperationContext {
  readonly instruments: GenaiInstruments;
  readonly clock: Clock;
  readonly attributes: BoundedAttributes;
  readonly costs: Costs;
  readonly streams: OpenStreams;
}

/** The outcome of an operation as the caller passed it, not yet validated. */
export interface RawEnd {
  readonly responseModel?: unknown;
  readonly usage?: unknown;
  readonly errorType?: unknown;
  readonly costUsd?: unknown;
  readonly stream?: unknown;
}

/** The state of an operation. Its methods do not throw. */
export class OperationState implements OpenStream {
  readonly #context: OperationContext;
  readonly #start: RawStart;
  readonly #startMs: number;
  readonly #chunks = new Chunks();
  /** Attributes of chunk metrics, without the response model, which may become known later. */
  #chunkAttributes: ModelAttributes | undefined;
  readonly #usage: RawUsage = {};
  #responseModel: unknown;
  #lastMs: number;
  #isStream = false;
  #hasEnded = false;

  constructor(context: OperationContext, start: RawStart) {
    this.#context = context;
    this.#start = start;
    this.#startMs = context.clock.monotonicMs();
    this.#lastMs = this.#startMs;
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
      readUsage(usage, this.#usage);
    } catch {
      refuseUsage(this.#context.instruments);
    }
    if (responseModel !== undefined) this.#responseModel = responseModel;
  }

  /** Records a chunk that arrives now. */
  chunk(tokens: unknown): void {
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
    if (isAmount(tokens)) this.#chunks.addTokens(tokens);
    else if (tokens !== undefined) refuse(instruments.outputTokensPerSecond, tokens);
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
    recordUsage(instruments, { outputTokens: this.#chunks.tokens, ...this.#usage }, attributes, error);
    const { provider, model } = this.#start;
    const answered = errorType === undefined || this.#chunks.count > 0;
    const models = [responseModel, model];
    costs.record(costUsd ?? this.#usage.costUsd, this.#usage, provider, models, attributes, answered);
    this.#recordStream(stream, attributes, error);
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
