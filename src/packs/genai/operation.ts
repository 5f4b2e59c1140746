/** An operation from its beginning to its end: what is known of it, and what of that is recorded when. */
import type { Clock } from '../../model/clock.js';
import { isAmount, refuse } from '../kit/refusal.js';
import type { GivenStart, ModelAttributes, Names } from './attributes.js';
import { Chunks } from './chunks.js';
import type { Costs } from './costs.js';
import type { StreamOutcome } from './events.js';
import type { GenaiInstruments } from './metrics.js';
import type { OpenStream, OpenStreams } from './open-streams.js';
import { type GivenUsage, readUsage, recordUsage, refuseUsage } from './usage.js';

/** What operations have in common. */
export interface OperationContext {
  readonly instruments: GenaiInstruments;
  readonly clock: Clock;
  readonly names: Names;
  readonly costs: Costs;
  readonly streams: OpenStreams;
}

/** How an operation ended, as it was given. */
export interface GivenEnd {
  readonly responseModel?: unknown;
  readonly usage?: unknown;
  readonly errorType?: unknown;
  readonly costUsd?: unknown;
  readonly stream?: unknown;
}

/** In the latest conventions, operations that are no inference keep the older name of their duration. */
const inference: readonly unknown[] = ['chat', 'text_completion', 'generate_content'];

/** The state of an operation. Its methods do not throw. */
export class OperationState implements OpenStream {
  readonly #context: OperationContext;
  readonly #start: GivenStart;
  readonly #beganMs: number;
  readonly #chunks = new Chunks();
  /** Of the chunks: the model answers, but which one it is may be told later. */
  #chunkAttributes: ModelAttributes | undefined;
  readonly #usage: GivenUsage = {};
  #responseModel: unknown;
  #lastMs: number;
  #isStream = false;
  #hasEnded = false;

  constructor(context: OperationContext, start: GivenStart) {
    this.#context = context;
    this.#start = start;
    this.#beganMs = context.clock.monotonicMs();
    this.#lastMs = this.#beganMs;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** The answer is streamed. @param held what its consumer holds. */
  streams(held: object): void {
    if (this.#isStream || this.#hasEnded) return;
    this.#isStream = true;
    this.#context.streams.opened(this, held);
  }

  /** What chunks say of tokens and the model, in parts. */
  told(usage: unknown, responseModel: unknown): void {
    try {
      readUsage(usage, this.#usage);
    } catch {
      refuseUsage(this.#context.instruments);
    }
    if (responseModel !== undefined) this.#responseModel = responseModel;
  }

  /** A chunk arrived. */
  chunk(tokens: unknown): void {
    if (this.#hasEnded) return;
    const { instruments, clock, names } = this.#context;
    const nowMs = clock.monotonicMs();
    const gapMs = this.#chunks.arrived(nowMs);
    this.#lastMs = nowMs;
    this.#chunkAttributes ??= names.attributesOf(this.#start, undefined, true);
    if (gapMs === undefined) {
      const seconds = (nowMs - this.#beganMs) / 1_000;
      instruments.operationTimeToFirstChunk?.record(seconds, this.#chunkAttributes);
      instruments.inferenceTimeToFirstChunk?.record(seconds, this.#chunkAttributes);
    } else {
      instruments.operationTimePerOutputChunk?.record(gapMs / 1_000, this.#chunkAttributes);
      instruments.inferenceTimePerOutputChunk?.record(gapMs / 1_000, this.#chunkAttributes);
    }
    if (isAmount(tokens)) this.#chunks.held(tokens);
    else if (tokens !== undefined) refuse(instruments.outputTokensPerSecond, tokens);
  }

  /** Ends the operation, which took until now. Only the first end counts. */
  end(end: GivenEnd): void {
    this.#ended(end, (this.#context.clock.monotonicMs() - this.#beganMs) / 1_000);
  }

  /** Ends the operation, which took as long as it is said. */
  over(end: GivenEnd, seconds: unknown = Number.NaN): void {
    this.#ended(end, seconds);
  }

  /** Ends the stream that nobody reads any more. When that began nobody knows: it has no duration. */
  abandon(): void {
    this.#ended({ stream: 'abandoned' satisfies StreamOutcome }, undefined);
  }

  #ended(end: GivenEnd, seconds: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { instruments, names, costs, streams } = this.#context;
    const { responseModel = this.#responseModel, usage, errorType, costUsd, stream } = end;
    streams.closed(this);
    this.told(usage, undefined);
    const endedWell = errorType === undefined && (stream === undefined || stream === 'completed');
    const attributes = names.attributesOf(this.#start, responseModel, endedWell || this.#chunks.count > 0);
    const error = names.error(errorType);
    if (seconds !== undefined) this.#duration(seconds, attributes, error);
    recordUsage(instruments, { outputTokens: this.#chunks.tokens, ...this.#usage }, attributes, error);
    const { provider, model } = this.#start;
    costs.record(costUsd, this.#usage, provider, [responseModel, model], attributes);
    this.#streamEnded(stream, attributes, error);
  }

  #duration(seconds: unknown, attributes: ModelAttributes, error: string | undefined): void {
    const { inferenceDuration, operationDuration, tokenUsage } = this.#context.instruments;
    const of = error === undefined ? attributes : { ...attributes, 'error.type': error };
    const isInference = inference.includes(attributes['gen_ai.operation.name']);
    if (isInference) inferenceDuration?.record(seconds as number, of);
    if (!isInference || tokenUsage !== undefined) operationDuration.record(seconds as number, of);
  }

  #streamEnded(given: unknown, attributes: ModelAttributes, error: string | undefined): void {
    const { streams, outputTokensPerSecond } = this.#context.instruments;
    const ended = error === undefined ? 'completed' : 'failed';
    const outcome = given ?? (this.#isStream ? ended : undefined);
    if (outcome !== undefined) streams.add(1, { ...attributes, outcome: outcome as StreamOutcome });
    const speed = this.#chunks.tokensPerSecond(this.#usage);
    if (speed !== undefined) outputTokensPerSecond.record(speed, attributes);
  }
}
