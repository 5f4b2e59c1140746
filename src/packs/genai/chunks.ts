/** The chunks of one streamed answer: how many, when, and how many tokens were in them. */
import { isAmount } from '../kit/refusal.js';
import type { GivenUsage } from './usage.js';

/** What is kept of the chunks that arrived; constant, however many there are. */
export class Chunks {
  #count = 0;
  #firstMs = 0;
  #lastMs = 0;
  #tokens: number | undefined;
  #firstTokens = 0;

  get count(): number {
    return this.#count;
  }

  /** Tokens in all chunks; `undefined` when none of them told. */
  get tokens(): number | undefined {
    return this.#tokens;
  }

  /** Enters a chunk. Returns the milliseconds since the one before it; `undefined` for the first. */
  arrived(nowMs: number): number | undefined {
    const gapMs = this.#count === 0 ? undefined : nowMs - this.#lastMs;
    if (this.#count++ === 0) this.#firstMs = nowMs;
    this.#lastMs = nowMs;
    return gapMs;
  }

  /** How many tokens were in the chunk that arrived last. */
  held(tokens: number): void {
    if (this.#count === 1) this.#firstTokens += tokens;
    this.#tokens = (this.#tokens ?? 0) + tokens;
  }

  /** Tokens per second from the first chunk to the last; `undefined` when that is no time, or nothing tells the tokens. */
  tokensPerSecond(usage: GivenUsage): number | undefined {
    const seconds = (this.#lastMs - this.#firstMs) / 1_000;
    const tokens = this.#tokens === undefined ? this.#share(usage) : this.#tokens - this.#firstTokens;
    return seconds > 0 && tokens > 0 ? tokens / seconds : undefined;
  }

  /** By the usage: chunks are taken to be of one size, and reasoning not to be in them. */
  #share({ outputTokens, reasoningTokens }: GivenUsage): number {
    if (!isAmount(outputTokens)) return 0;
    const shown = outputTokens - (isAmount(reasoningTokens) ? reasoningTokens : 0);
    return (shown * (this.#count - 1)) / this.#count;
  }
}
