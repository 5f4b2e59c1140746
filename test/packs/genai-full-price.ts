/** Prices of a model for tests of what a price depends on. */
import type { ModelPrice } from 'otelier/packs/genai';

/** Prices by which each kind of token adds a different digit to the cost of a million. */
export const full: ModelPrice = {
  input: 1,
  output: 10,
  cacheRead: 0.1,
  cacheWrite: 2,
  cacheWrite1h: 4,
  reasoning: 20,
  audioInput: 40,
  audioOutput: 80,
  audioCacheRead: 0.4,
  imageInput: 5,
  imageOutput: 30,
  tools: { web_search: 0.01, file_search: 0.0025 },
  serviceTiers: { Flex: 0.5, priority: 2, 'priority+us': 2.2 },
};
/** Prices of text only. */
export const text: ModelPrice = { input: 1, output: 10 };
/** Two thousand input tokens, a thousand of them cached, and 500 output tokens. */
export const mixed = { inputTokens: 2_000, cacheReadTokens: 1_000, outputTokens: 500 };
