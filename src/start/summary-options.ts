/** Checks the options of `metrics.summary()`. */
import type { AttributeValue } from '../catalogue/attributes.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { unknownName } from '../errors/nearest.js';
import { MetricsError, type Problem, wrongObject } from '../errors.js';

const defaultMaxSeries = 10;

/** Checked options. */
export interface CheckedOptions {
  /** Pairs of key and value that the attributes of a series must have. */
  readonly where: readonly (readonly [key: string, value: AttributeValue])[];
  readonly maxSeries: number;
}

/**
 * Checks options, and applies the defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function checkedOptions(given: unknown, catalogues: Iterable<Catalogue>): CheckedOptions {
  const { where = {}, maxSeries = defaultMaxSeries, ...others } = Object(given) as Record<string, unknown>;
  const problems: Problem[] = [
    ...wrongObject('summary', given),
    ...Object.keys(others).map((name) =>
      unknownName(`summary.${name}`, name, 'a known option', ['where', 'maxSeries'], {
        filter: 'where',
        top: 'maxSeries',
      }),
    ),
    ...wrongObject('summary.where', where, 'an object with attributes'),
  ];
  if (!Number.isInteger(maxSeries) || (maxSeries as number) < 0)
    problems.push({ where: 'summary.maxSeries', value: maxSeries, expected: 'a whole number from 0' });
  const pairs = Object.entries(Object(where) as object).filter(([, value]) => value !== undefined);
  if (pairs.length > 0) problems.push(...wrongPairs(pairs, keysOf(catalogues)));
  if (problems.length > 0)
    throw new MetricsError('METRICS_OPTIONS_INVALID', problems, {
      remedy: 'Correct the listed options; nothing was read.',
    });
  return { where: pairs, maxSeries: maxSeries as number };
}

function wrongPairs(pairs: readonly (readonly [string, unknown])[], known: ReadonlySet<string>): Problem[] {
  return pairs.flatMap(([key, value]) => {
    const where = `summary.where.${key}`;
    if (!known.has(key)) return [unknownName(where, key, 'an attribute of a metric', [...known])];
    if (['string', 'number', 'boolean'].includes(typeof value)) return [];
    return [{ where, value, expected: 'a string, number or boolean' }];
  });
}

function keysOf(catalogues: Iterable<Catalogue>): ReadonlySet<string> {
  return new Set(
    Array.from(catalogues, ({ metrics }) => metrics.flatMap(({ attributes }) => Object.keys(attributes))).flat(),
  );
}
