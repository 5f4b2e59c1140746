/** Metrics of the pack by what they measure, whatever conventions name them. */
import {
  type MetricsOf,
  metricsOf,
  or,
  type PanelQuery,
  plus,
  type Query,
  rate,
  times,
} from '../../../panels/index.js';
import { genai } from '../index.js';
import type { latestDefinitions } from '../latest.js';
import type { legacyDefinitions } from '../legacy.js';
import type { GenaiDefinitions } from '../metrics.js';
import type { GenaiOptions } from '../options.js';

type Common = MetricsOf<GenaiDefinitions>;
type Legacy = MetricsOf<ReturnType<typeof legacyDefinitions>>;
type Latest = MetricsOf<ReturnType<typeof latestDefinitions>>;

/** Attributes that tokens are shown by. */
type TokenGroup = 'gen_ai.provider.name' | 'gen_ai.request.model';

/** The metrics. Where the pack records both conventions, the latest name is used: the legacy one is going to disappear. */
export interface GenaiMetrics {
  readonly common: Common;
  /** Metrics that only the latest conventions define; `undefined` if they are not recorded. */
  readonly latest: Latest | undefined;
  /** Metrics that only the legacy conventions define; `undefined` if they are not recorded. */
  readonly legacy: Legacy | undefined;
  /** Durations of all operations, or of inferences where the latest conventions separate them. */
  readonly duration: Common['operationDuration'];
  readonly timeToFirstChunk: Legacy['operationTimeToFirstChunk'];
  readonly timePerOutputChunk: Legacy['operationTimePerOutputChunk'];
}

/** Returns the metrics that a pack with these options records. */
export function genaiMetrics(options: GenaiOptions): GenaiMetrics {
  const all = metricsOf(genai(options).catalogue) as Common & Partial<Legacy> & Partial<Latest>;
  const latest = all.inferenceDuration === undefined ? undefined : (all as Latest);
  const legacy = all.tokenUsage === undefined ? undefined : (all as Legacy);
  const [first, perChunk] =
    latest === undefined
      ? [(all as Legacy).operationTimeToFirstChunk, (all as Legacy).operationTimePerOutputChunk]
      : [latest.inferenceTimeToFirstChunk, latest.inferenceTimePerOutputChunk];
  return {
    common: all,
    latest,
    legacy,
    duration: latest?.inferenceDuration ?? all.operationDuration,
    timeToFirstChunk: first,
    timePerOutputChunk: perChunk,
  };
}

/** Returns tokens per second by type, and by further attributes. @param prefix of the names of the series. */
export function tokenRates(
  { latest, legacy }: GenaiMetrics,
  by: readonly TokenGroup[] = [],
  prefix = '',
): PanelQuery[] {
  if (latest !== undefined) {
    return [
      { query: rate(latest.inputTokens, { by }), legend: `${prefix}input` },
      { query: rate(latest.outputTokens, { by }), legend: `${prefix}output` },
    ];
  }
  const { tokenUsage } = legacy as Legacy;
  const query = rate(tokenUsage, { of: 'sum', by: [...by, 'gen_ai.token.type'] });
  return [{ query, legend: `${prefix}{gen_ai.token.type}` }];
}

/** Selection of operations by job, for alerts, or of all operations. */
type CostSelection = { readonly by?: readonly 'job'[]; readonly over?: '15m' };

/** Returns operations per second that may cost something: those of known cost, and those of unknown cost. */
export function costedOperations({ operationCost, costUnknown }: Common, selection: CostSelection = {}): Query {
  const [known, unknown] = [rate(operationCost, selection), rate(costUnknown, selection)];
  // Either of them may not exist yet.
  return plus(or(known, times(unknown, 0)), or(unknown, times(known, 0)));
}
