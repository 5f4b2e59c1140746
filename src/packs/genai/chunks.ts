/** Count, times and tokens of the chunks of one streamed response. */
import { isCount } from '../kit/refusal.js';
import type { RawUsage } from './token-parts.js';

/** Accumulates chunks in constant memory. */
export class Chunks {
  #count = 0;
  #firstMs = 0;
  #lastMs = 0;
  #tokens: number | undefined;
  #firstTokens = 0;
  #hasInvalidTokens = false;

  get count(): number {
    return this.#count;
  }

  /** Tokens of all chunks; `undefined` if no chunk reported tokens, or a chunk reported an invalid number. */
  get tokens(): number | undefined {
    return this.#hasInvalidTokens ? undefined : this.#tokens;
  }

  /** Adds a chunk. Returns the milliseconds since the previous chunk; `undefined` for the first one. */
  add(nowMs: number): number | undefined {
    const gapMs = this.#count === 0 ? undefined : nowMs - this.#lastMs;
    if (this.#count++ === 0) this.#firstMs = nowMs;
    this.#lastMs = nowMs;
    return gapMs;
  }

  /** Adds the tokens of the latest chunk. */
  addTokens(tokens: number): void {
    if (this.#count === 1) this.#firstTokens += tokens;
    this.#tokens = (this.#tokens ?? 0) + tokens;
  }

  /** Makes the tokens of all chunks unknown: those of the latest chunk are invalid. */
  addInvalidTokens(): void {
    this.#hasInvalidTokens = true;
  }

  /** Returns the tokens per second from the first chunk to the last; `undefined` if the time or the tokens are unknown. */
  tokensPerSecond(usage: RawUsage): number | undefined {
    const seconds = (this.#lastMs - this.#firstMs) / 1_000;
    const tokens = this.tokens === undefined ? this.#tokensFrom(usage) : this.tokens - this.#firstTokens;
    return seconds > 0 && tokens > 0 ? tokens / seconds : undefined;
  }

  /** Estimates the tokens after the first chunk: assumes chunks of equal size, without reasoning tokens. */
  #tokensFrom({ outputTokens, reasoningTokens }: RawUsage): number {
    if (!isCount(outputTokens)) return 0;
    const visible = outputTokens - (isCount(reasoningTokens) ? reasoningTokens : 0);
    return (visible * (this.#count - 1)) / this.#count;
  }
}
