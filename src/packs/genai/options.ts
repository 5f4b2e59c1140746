/** Options of the pack, checked all at once. */
import { MetricsError, type Problem } from '../../errors.js';
import type { NameOption } from '../kit/bounded-names.js';
import { unknownOptions, wrongMilliseconds, wrongNames } from '../kit/options.js';
import { wrongPrices } from '../kit/prices.js';
import type { NameSettings } from './attributes.js';
import { allConventions, type Conventions, conventionsOf } from './conventions.js';
import { type ModelPriceTable, type PriceSource, tablePrices } from './prices.js';

/** Options of the pack. */
export interface GenaiOptions {
  /** Put before every metric name. */
  readonly namespace?: string;
  /** Which generation of conventions names the metrics; by default what `OTEL_SEMCONV_STABILITY_OPT_IN` says. */
  readonly conventions?: Conventions;
  /** Providers that have series of their own; the first 20 by default. */
  readonly providers?: NameOption;
  /** Models that have series of their own; the first 100 by default that answered. */
  readonly models?: NameOption;
  /**
   * What tokens cost: a table, a source or a function of one, or `none` for costs that are only recorded where operations
   * tell them. By default the prices of `@pydantic/genai-prices`, when that is installed.
   */
  readonly prices?: ModelPriceTable | PriceSource | PriceSource['priceOf'] | 'none';
  /** Milliseconds without a chunk after which a stream counts as abandoned; 600,000 (ten minutes) by default. */
  readonly abandonedAfterMs?: number;
  /** Where `OTEL_SEMCONV_STABILITY_OPT_IN` is read, once; `process.env` by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Options with their defaults. */
export interface GenaiSettings extends NameSettings {
  readonly conventions: Conventions;
  readonly prices: PriceSource | 'none' | 'package';
  readonly abandonedAfterMs: number;
}

const known = ['namespace', 'conventions', 'providers', 'models', 'prices', 'abandonedAfterMs', 'environment'];

/**
 * The options, defaults filled in.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong.
 */
export function settingsOf(options: GenaiOptions): GenaiSettings {
  const {
    environment = process.env,
    conventions = conventionsOf(environment),
    providers = 20,
    models = 100,
    prices,
    abandonedAfterMs = 600_000,
  } = options;
  const problems: Problem[] = [
    ...unknownOptions('genai', options, known),
    ...wrongNames('genai', { providers, models }),
    ...wrongMilliseconds('genai', { abandonedAfterMs }),
  ];
  if (!allConventions.includes(conventions)) {
    problems.push({ where: 'genai.conventions', value: conventions, expected: `one of ${allConventions.join(', ')}` });
  }
  const parts = { required: ['input', 'output'], optional: ['cacheRead', 'cacheWrite', 'cacheWrite1h', 'reasoning'] };
  if (isTable(prices)) problems.push(...wrongPrices('genai.prices', prices, { of: 'model', ...parts }));
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  return { conventions, providers, models, prices: sourceOf(prices), abandonedAfterMs };
}

type Prices = GenaiOptions['prices'];

function isTable(prices: Prices): prices is ModelPriceTable {
  return !(prices === undefined || prices === 'none' || typeof prices === 'function' || isSource(prices));
}

function isSource(prices: Prices): prices is PriceSource {
  return typeof prices === 'object' && prices !== null && typeof prices['priceOf'] === 'function';
}

function sourceOf(prices: Prices): GenaiSettings['prices'] {
  if (prices === undefined) return 'package';
  if (prices === 'none') return 'none';
  if (typeof prices === 'function') return { priceOf: prices };
  return isTable(prices) ? tablePrices(prices) : prices;
}
