/**
 * Functions and aggregations of PromQL with the types of their arguments.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/
 */

/** Type of an expression. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

/** Arguments and result of a function. */
export interface Signature {
  /** Types of the arguments; the last one is also that of further arguments. */
  readonly types: readonly ValueType[];
  readonly min: number;
  readonly max: number;
  readonly result: ValueType;
}

const letters: Readonly<Record<string, ValueType>> = { s: 'scalar', t: 'string', v: 'vector', m: 'matrix' };

/**
 * Functions by their arguments: `s` a scalar, `t` a text, `v` an instant vector, `m` a range vector; `?` after an argument
 * makes it optional, `*` permits any number of it.
 */
const functions: Readonly<Record<string, string>> = {
  v: 'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt start_timestamp tan tanh timestamp',
  m: 'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  'v?': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  '': 'end pi range start step time',
  s: 'vector',
  sm: 'quantile_over_time',
  sv: 'histogram_quantile',
  ssv: 'histogram_fraction',
  vs: 'clamp_max clamp_min',
  'vs?': 'round',
  vss: 'clamp',
  'vv?': 'info',
  ms: 'predict_linear',
  mss: 'double_exponential_smoothing',
  vtttt: 'label_replace',
  'vttt*': 'label_join',
  'vt*': 'sort_by_label sort_by_label_desc',
  'vtss*': 'histogram_quantiles',
};

/** Aggregations by their arguments. */
const aggregations: Readonly<Record<string, string>> = {
  v: 'avg count group max min stddev stdvar sum',
  sv: 'bottomk limit_ratio limitk quantile topk',
  tv: 'count_values',
};

/** Functions whose result is a number without labels. */
const scalars: ReadonlySet<string> = new Set(['end', 'pi', 'range', 'scalar', 'start', 'step', 'time']);

/** Signatures by name. */
export const signatures: ReadonlyMap<string, Signature> = new Map(
  [functions, aggregations].flatMap((table) =>
    Object.entries(table).flatMap(([types, names]) =>
      names.split(' ').map((name) => [name, signatureOf(types, scalars.has(name) ? 'scalar' : 'vector')] as const),
    ),
  ),
);

function signatureOf(text: string, result: ValueType): Signature {
  const types = [...text.replace(/[?*]/g, '')].map((letter) => letters[letter] as ValueType);
  const isOpen = /[?*]$/.test(text);
  const max = text.endsWith('*') ? Number.POSITIVE_INFINITY : types.length;
  return { types, min: types.length - (isOpen ? 1 : 0), max, result };
}
