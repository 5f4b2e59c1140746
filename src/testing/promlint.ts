/** The lint: all problems of an exposition, except those covered by exceptions. */
import { requireArgument, wrongObject } from '../errors.js';
import { formatOf, isFormat, readExposition } from './exposition.js';
import { clashes, familyChecks } from './family-rules.js';
import { histograms } from './histogram-rules.js';
import type { ExpositionFormat } from './line-scanner.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';
import { styleChecks } from './style-rules.js';

/** An exception for a metric that breaks rules on purpose. */
export interface LintException {
  /** Metric name as in queries, or a pattern that matches part of it. */
  readonly metric: string | RegExp;
  /** Rules that the metric may break. Add `unused_exception` if the metric is not always present. */
  readonly rules: readonly LintRule[];
  /** Reason, for readers. */
  readonly why: string;
}

/** Options of `promlint`. */
export interface LintOptions {
  /** Format; by default OpenMetrics if the exposition ends in `# EOF`, text 0.0.4 otherwise. */
  readonly format?: ExpositionFormat;
  /** Accepted problems. An exception that matches no problem is a problem itself. */
  readonly except?: readonly LintException[];
}

const checks = [...familyChecks, histograms, ...styleChecks];

/**
 * Returns all problems of an exposition in the order of lines; an empty list for a clean exposition.
 *
 * Severity `error`: a strict parser (text 0.0.4, OpenMetrics 1.0) rejects the exposition, or its data is wrong. Severity
 * `style`: advice of `promtool check metrics`. Checking continues after an invalid line.
 *
 * @example
 * import { promlint } from 'otelier/testing';
 * import { expect } from 'vitest';
 * expect(promlint(await (await fetch('http://localhost:9464/metrics')).text())).toEqual([]);
 */
export function promlint(exposition: string, options: LintOptions = {}): LintProblem[] {
  requireArgument('promlint: exposition', exposition, typeof exposition === 'string', 'the text of an exposition');
  const hasOptions = wrongObject('', options).length === 0;
  requireArgument('promlint: options', options, hasOptions, 'an object with format or except');
  const { format = formatOf(exposition), except = [] } = options;
  requireArgument('promlint: options.format', format, isFormat(format), 'text or openmetrics');
  requireArgument('promlint: options.except', except, Array.isArray(except), 'a list of exceptions');
  const { families, invalid, misplaced } = readExposition(exposition, format);
  const problems = [
    ...invalid,
    ...misplaced,
    ...clashes(families),
    ...families.flatMap((family) => checks.flatMap((check) => check(family))),
  ];
  problems.sort((a, b) => (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY) || 0);
  return withoutExceptions(problems, except);
}

function withoutExceptions(problems: readonly LintProblem[], exceptions: readonly LintException[]): LintProblem[] {
  const used = new Set<string>();
  const remaining = problems.filter(({ metric, rule }) => {
    const matching = exceptions.flatMap((exception, index) =>
      exception.rules.includes(rule) && matches(exception, metric) ? [`${index} ${rule}`] : [],
    );
    for (const key of matching) used.add(key);
    return matching.length === 0;
  });
  const unused = exceptions.flatMap(({ metric, rules }, index) => {
    const unmatched = rules.filter((rule) => !used.has(`${index} ${rule}`));
    if (unmatched.length === 0 || rules.includes('unused_exception')) return [];
    const where = `the exception for ${metric}`;
    const expected = `a problem ${unmatched.join(', ')}, or no exception`;
    return [problemOf('unused_exception', String(metric), undefined, { where, expected })];
  });
  return [...remaining, ...unused];
}

function matches({ metric }: LintException, name: string): boolean {
  // `search` ignores `lastIndex`, which a pattern with the flag g keeps between calls.
  return typeof metric === 'string' ? metric === name : name.search(metric) >= 0;
}
