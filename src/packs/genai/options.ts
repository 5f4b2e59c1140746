/** Options of the pack, and their validation. */
import { MetricsError, type Problem } from '../../errors.js';
import { maxNameLength, modelNormalization, type NameOption } from '../kit/bounded-names.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { checkedOptions, unknownOptions, wrongFlags, wrongMilliseconds, wrongNames } from '../kit/options.js';
import type { NameSettings } from './bounded-attributes.js';
import { allConventions, type Conventions, conventionsOf } from './conventions.js';
import { wrongPriceTable } from './price-table.js';
import { type ModelPriceTable, type PriceSource, tablePrices } from './prices.js';
import type { Tokenizer } from './token-estimate.js';

/** Options of the pack. */
export interface GenaiOptions {
  /** Prefix of every metric name. */
  readonly namespace?: string;
  /** The conventions that name the metrics; by default those that `OTEL_SEMCONV_STABILITY_OPT_IN` selects. */
  readonly conventions?: Conventions;
  /** Maximum number of providers, or their names; other providers become `_OTHER`. 20 by default. */
  readonly providers?: NameOption;
  /**
   * Maximum number of models that answered, or their names; other models become `_OTHER`. 100 by default. Beside a number, the
   * models of a price table are admitted in addition, before they answer, and so are the first 100 other names that the
   * table prices, such as a name with a date.
   */
  readonly models?: NameOption;
  /**
   * True to record all releases of a model as one model: without path, date and tag, in lower case. False by default:
   * names are recorded as given.
   */
  readonly modelFamilies?: boolean;
  /**
   * Prices of tokens: a table, a source, or the `priceOf` function of a source. `none` derives no costs: only costs that
   * operations report are recorded. By default the prices of `@pydantic/genai-prices`, if that package is installed.
   */
  readonly prices?: ModelPriceTable | PriceSource | PriceSource['priceOf'] | 'none';
  /**
   * Estimates the tokens of operations without usage, such as cancelled streams, from their texts. Estimates have the
   * attribute `estimated`. By default tokens are never estimated.
   */
  readonly tokenizer?: Tokenizer;
  /**
   * The longest duration that is expected, in seconds, such as 600 for long answers and 86400 for workflows. Histograms of
   * durations get further buckets up to it. By default they have the boundaries of the conventions, which end at 82 seconds
   * for operations and at 410 seconds for agents.
   */
  readonly maxExpectedSeconds?: number;
  /** Milliseconds without a chunk after which a stream counts as abandoned; 600000 (ten minutes) by default. */
  readonly abandonedAfterMs?: number;
  /** Environment variables; `OTEL_SEMCONV_STABILITY_OPT_IN` is read once. `process.env` by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Validated options, with defaults applied. */
export interface GenaiSettings extends NameSettings {
  readonly conventions: Conventions;
  readonly prices: PriceSource | 'none' | 'package';
  readonly tokenizer: Tokenizer | undefined;
  readonly abandonedAfterMs: number;
}

const known = [
  'namespace',
  'conventions',
  'providers',
  'models',
  'modelFamilies',
  'prices',
  'tokenizer',
  'maxExpectedSeconds',
  'abandonedAfterMs',
  'environment',
];

/**
 * Validates the options and applies defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function settingsOf(options: GenaiOptions): GenaiSettings {
  const {
    environment = process.env,
    conventions = conventionsOf(environment),
    providers = 20,
    models = 100,
    modelFamilies = false,
    prices,
    tokenizer,
    maxExpectedSeconds,
    abandonedAfterMs = 600_000,
  } = checkedOptions('genai', options);
  const problems: Problem[] = [
    ...unknownOptions('genai', options, known),
    ...wrongNames('genai', { providers, models }),
    ...wrongMilliseconds('genai', { abandonedAfterMs }),
    ...wrongFlags('genai', { modelFamilies }),
    ...wrongMaxExpectedSeconds('genai', maxExpectedSeconds),
  ];
  if (!allConventions.includes(conventions)) {
    problems.push({ where: 'genai.conventions', value: conventions, expected: `one of ${allConventions.join(', ')}` });
  }
  if (tokenizer !== undefined && typeof tokenizer !== 'function') {
    problems.push({ where: 'genai.tokenizer', value: tokenizer, expected: 'a function (text, model) => tokens' });
  }
  if (isTable(prices)) problems.push(...wrongPriceTable('genai.prices', prices));
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const table = isTable(prices) ? tablePrices(prices) : undefined;
  const pricedModels = isTable(prices) && typeof models === 'number' ? modelsOf(prices, modelFamilies) : [];
  return {
    conventions,
    providers,
    models,
    priced: table && pricedModels.length > 0 ? { models: pricedModels, hasPrice: table.hasPrice } : undefined,
    modelFamilies,
    prices: table ?? sourceOf(prices as Exclude<Prices, ModelPriceTable>),
    tokenizer,
    abandonedAfterMs,
  };
}

/** Maximum number of models of a price table that have separate series before they answer. */
const maxPricedModels = 500;

/** Returns the names of the models of a price table, also without the provider before them. */
function modelsOf(prices: ModelPriceTable, families: boolean): string[] {
  const names = Object.keys(prices).flatMap((name) => [name, name.slice(name.indexOf('/') + 1)]);
  const normalized = names.map(modelNormalization(families));
  return [...new Set(normalized)]
    .filter((name) => name !== '' && name.length <= maxNameLength)
    .slice(0, maxPricedModels);
}

type Prices = GenaiOptions['prices'];

function isTable(prices: Prices): prices is ModelPriceTable {
  return !(prices === undefined || prices === 'none' || typeof prices === 'function' || isSource(prices));
}

function isSource(prices: Prices): prices is PriceSource {
  return typeof prices === 'object' && prices !== null && typeof prices['priceOf'] === 'function';
}

function sourceOf(prices: Exclude<Prices, ModelPriceTable>): GenaiSettings['prices'] {
  if (prices === undefined) return 'package';
  return typeof prices === 'function' ? { priceOf: prices } : prices;
}
