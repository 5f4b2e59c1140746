/** The price of a model, and the cost of an operation by it. */
import type { NormalizedUsage } from './token-usage.js';

/** US dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  /** Price of input read from the cache; `input` by default. */
  readonly cacheRead?: number;
  /** Price of input written to the cache; `input` by default. */
  readonly cacheWrite?: number;
  /** Price of input written to the cache for one hour; unknown by default if `cacheWrite` is given, otherwise `input`. */
  readonly cacheWrite1h?: number;
  /** Price of reasoning tokens; `output` by default. */
  readonly reasoning?: number;
  /** Price of audio input; unknown by default. */
  readonly audioInput?: number;
  /** Price of audio output; unknown by default. */
  readonly audioOutput?: number;
  /** Price of audio input read from the cache; unknown by default. */
  readonly audioCacheRead?: number;
  /** Price of image input; `input` by default. */
  readonly imageInput?: number;
  /** Price of image output; unknown by default. */
  readonly imageOutput?: number;
}

/** Prices of all tokens of an operation with more than `above` input tokens. */
export interface ContextTier extends TokenPrices {
  readonly above: number;
}

/** The price of a model. */
export interface ModelPrice extends TokenPrices {
  /** Prices of operations with a long input. The highest threshold below the input tokens applies. */
  readonly contextTiers?: readonly ContextTier[];
  /** Factors of the token prices by service tier: `{ flex: 0.5, batch: 0.5, priority: 2 }`. Other tiers are unknown. */
  readonly serviceTiers?: Readonly<Record<string, number>>;
  /** US dollars of one use of a tool: `{ web_search: 0.01 }`. Other tools are unknown. */
  readonly tools?: Readonly<Record<string, number>>;
}

/** Reasons why the price of a known model does not cover an operation. */
export const priceGaps = ['unpriced_tier', 'unpriced_modality', 'unpriced_cache_write', 'unpriced_tool'] as const;

/** A service tier, a modality, a lifetime of the cache or a tool without a price. */
export type PriceGap = (typeof priceGaps)[number];

/** Returns the cost in US dollars, or the first part of the operation that has no price. */
export function costByPrice(price: ModelPrice, usage: NormalizedUsage): number | PriceGap {
  const prices = contextPrices(price, usage.inputTokens);
  const gap = gapOf(price, prices, usage);
  return gap ?? tokenCost(prices, usage) * tierFactor(price, usage) + toolFees(price, usage);
}

/** Returns the first part of an operation that has no price; `undefined` if all parts have one. */
export function gapOf(price: ModelPrice, prices: TokenPrices, usage: NormalizedUsage): PriceGap | undefined {
  if (!Number.isFinite(tierFactor(price, usage))) return 'unpriced_tier';
  if (!Number.isFinite(toolFees(price, usage))) return 'unpriced_tool';
  const unpriced = (tokens: number, rate: number | undefined) => tokens > 0 && rate === undefined;
  if (
    unpriced(usage.audioInputTokens - usage.audioCacheReadTokens, prices.audioInput) ||
    unpriced(usage.audioCacheReadTokens, prices.audioCacheRead) ||
    unpriced(usage.audioOutputTokens, prices.audioOutput) ||
    unpriced(usage.imageOutputTokens, prices.imageOutput) ||
    // The usage does not show how many of the cached tokens are of images.
    (prices.imageInput !== undefined && usage.imageInputTokens > 0 && usage.cacheReadTokens > 0) ||
    textInput(usage, prices) < 0
  ) {
    return 'unpriced_modality';
  }
  const isHourUnknown = prices.cacheWrite !== undefined && unpriced(usage.cacheWrite1hTokens, prices.cacheWrite1h);
  return isHourUnknown ? 'unpriced_cache_write' : undefined;
}

/** Returns the factor of a service tier; NaN for a tier without a price. */
export function tierFactor({ serviceTiers }: ModelPrice, { serviceTier }: NormalizedUsage): number {
  if (serviceTier === '') return 1;
  return serviceTiers !== undefined && Object.hasOwn(serviceTiers, serviceTier)
    ? (serviceTiers[serviceTier] as number)
    : Number.NaN;
}

/** Returns the fees of tools in US dollars; NaN if a tool has no price. */
export function toolFees({ tools = {} }: ModelPrice, { toolUses }: NormalizedUsage): number {
  const fees = Object.entries(toolUses).map(
    ([tool, uses]) => uses * (Object.hasOwn(tools, tool) ? (tools[tool] as number) : Number.NaN),
  );
  return fees.reduce((total, fee) => total + fee, 0);
}

/** Returns the prices that apply to a number of input tokens. */
function contextPrices(price: ModelPrice, inputTokens: number): TokenPrices {
  let prices: TokenPrices = price;
  let threshold = Number.NEGATIVE_INFINITY;
  for (const tier of price.contextTiers ?? []) {
    if (inputTokens > tier.above && tier.above > threshold) [prices, threshold] = [tier, tier.above];
  }
  return prices;
}

/** Input that is neither cached nor of a modality with its own price. */
function textInput(usage: NormalizedUsage, { imageInput }: TokenPrices): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, audioInputTokens, audioCacheReadTokens } = usage;
  const images = imageInput === undefined ? 0 : usage.imageInputTokens;
  return inputTokens - cacheReadTokens - cacheWriteTokens - (audioInputTokens - audioCacheReadTokens) - images;
}

/** Returns the cost of tokens whose parts all have a price. */
function tokenCost(prices: TokenPrices, usage: NormalizedUsage): number {
  const { input, output, cacheRead = input, cacheWrite = input, reasoning = output } = prices;
  const { cacheWrite1h = input, audioInput = 0, audioCacheRead = 0, audioOutput = 0 } = prices;
  const { imageInput = 0, imageOutput = 0 } = prices;
  const { cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens, reasoningTokens } = usage;
  const { audioInputTokens, audioCacheReadTokens, audioOutputTokens, imageInputTokens, imageOutputTokens } = usage;
  const usd =
    textInput(usage, prices) * input +
    (cacheReadTokens - audioCacheReadTokens) * cacheRead +
    (cacheWriteTokens - cacheWrite1hTokens) * cacheWrite +
    cacheWrite1hTokens * cacheWrite1h +
    (audioInputTokens - audioCacheReadTokens) * audioInput +
    audioCacheReadTokens * audioCacheRead +
    imageInputTokens * imageInput +
    (outputTokens - reasoningTokens - audioOutputTokens - imageOutputTokens) * output +
    reasoningTokens * reasoning +
    audioOutputTokens * audioOutput +
    imageOutputTokens * imageOutput;
  return usd / 1e6;
}
