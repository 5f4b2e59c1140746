/** Estimates tokens that a provider did not report, from texts, with the tokenizer of the application. */
import { isAmount, readNow } from '../kit/refusal.js';
import { leastTokens, type RawUsage } from './token-parts.js';
import type { TokenUsage } from './token-usage.js';

/** Returns the number of tokens in a text. The model is the one that answered, or else the requested one, if known. */
export type Tokenizer = (text: string, model: string | undefined) => number;

/** Length of the output that is kept before it is tokenized; bounds the memory of an operation. */
const maxTextLength = 65_536;

/** The texts of one operation. */
export class TokenEstimate {
  readonly #tokenizer: Tokenizer;
  readonly #input: unknown;
  #output: string | undefined;
  /** Tokens of output that is no longer kept. */
  #outputTokens = 0;

  /** @param input the text of the request, or a function that returns it; called only for an estimate. */
  constructor(tokenizer: Tokenizer, input: unknown) {
    this.#tokenizer = tokenizer;
    this.#input = input;
  }

  /** Adds a part of the output. */
  add(text: unknown, model: unknown): void {
    if (typeof text !== 'string') return;
    const output = (this.#output ?? '') + text;
    if (output.length < maxTextLength) {
      this.#output = output;
      return;
    }
    this.#outputTokens += this.#count(output, model) ?? Number.NaN;
    this.#output = '';
  }

  /**
   * Returns an estimate of the missing totals of a usage, at least the sum of the parts that are reported. A total is absent
   * if it is reported or cannot be estimated.
   *
   * @param hasOutput false if the response has no output to estimate.
   */
  missing(usage: RawUsage, hasOutput: boolean, model: unknown): Pick<TokenUsage, 'inputTokens' | 'outputTokens'> {
    const input = usage.inputTokens === undefined ? this.#count(this.#inputText(), model) : undefined;
    const output = usage.outputTokens === undefined && hasOutput ? this.#count(this.#output, model) : undefined;
    return {
      ...(input === undefined ? {} : { inputTokens: Math.max(input, leastTokens(usage, 'inputTokens')) }),
      ...(output === undefined || Number.isNaN(this.#outputTokens)
        ? {}
        : { outputTokens: Math.max(this.#outputTokens + output, leastTokens(usage, 'outputTokens')) }),
    };
  }

  #inputText(): unknown {
    try {
      return typeof this.#input === 'function' ? (this.#input as () => unknown)() : this.#input;
    } catch {
      // An error of the application's function leaves the input unknown.
      return undefined;
    }
  }

  #count(text: unknown, model: unknown): number | undefined {
    if (typeof text !== 'string') return undefined;
    try {
      const tokens = readNow(this.#tokenizer(text, typeof model === 'string' ? model : undefined));
      // Tokenizers may approximate by a fraction of the characters.
      return isAmount(tokens) ? Math.round(tokens) : undefined;
    } catch {
      // An error of the application's tokenizer leaves the tokens unknown.
      return undefined;
    }
  }
}
