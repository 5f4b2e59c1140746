/** Options of dashboards and rules: thresholds with defaults. */
import { MetricsError, type Problem } from '../../errors.js';
import { checkedOptions, unknownOptions } from './options.js';

/** Options that are not numbers or texts with a default. */
export interface FurtherOptions<K extends string> {
  /** Options without a default. Their values are not checked here. */
  readonly others?: readonly string[];
  /** Numbers without a default. */
  readonly numbers?: readonly string[];
  /** Numbers that may be a list, one for each part of the day. `thresholdByHour` checks lists. */
  readonly byHour?: readonly K[];
}

/**
 * Returns the options with their defaults.
 *
 * @param call function that has the options, for errors.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems: an unknown option, a number that is not finite and above
 * 0, a value of another type than its default.
 */
export function withDefaults<O extends object, K extends keyof O & string>(
  call: string,
  options: O,
  defaults: Required<Pick<O, K>>,
  { others = [], numbers = [], byHour = [] }: FurtherOptions<NoInfer<K>> = {},
): O & Required<Pick<O, K>> {
  const given = Object.entries(checkedOptions(call, options)).filter(([, value]) => value !== undefined);
  const lists: ReadonlySet<string> = new Set(byHour);
  const examples: Readonly<Record<string, unknown>> = {
    ...defaults,
    ...Object.fromEntries(numbers.map((name) => [name, 1])),
  };
  const problems = [
    ...unknownOptions(call, options, [...Object.keys(examples), ...others]),
    ...given
      .filter(([name, value]) => Object.hasOwn(examples, name) && !(lists.has(name) && Array.isArray(value)))
      .flatMap(([name, value]) => problemOf(`${call}.${name}`, value, examples[name])),
  ];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  return { ...defaults, ...Object.fromEntries(given) } as O & Required<Pick<O, K>>;
}

function problemOf(where: string, value: unknown, example: unknown): Problem[] {
  if (typeof example === 'number') {
    const isValid = typeof value === 'number' && Number.isFinite(value) && value > 0;
    return isValid ? [] : [{ where, value, expected: 'a finite number above 0' }];
  }
  if (typeof value === typeof example) return [];
  return [{ where, value, expected: `a ${typeof example}, such as ${JSON.stringify(example)}` }];
}
