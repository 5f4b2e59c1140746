/** The lint: every problem of an exposition, less those that are excused. */

import { formatOf, readExposition } from './exposition.js';
import { clashes, familyChecks } from './family-rules.js';
import { histograms } from './histogram-rules.js';
import type { ExpositionFormat } from './line-scanner.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';
import { styleChecks } from './style-rules.js';

/** A metric that breaks rules on purpose. */
export interface LintException {
  /** A problem's `metric`: the name as queries have it, or a pattern that is found in it. */
  readonly metric: string | RegExp;
  /** The rules that it may break; `unused_exception` among them when the metric is not always there. */
  readonly rules: readonly LintRule[];
  /** Why it does, for readers. */
  readonly why: string;
}

/** Options of `promlint`. */
export interface LintOptions {
  /** OpenMetrics by default when the exposition ends in `# EOF`, text 0.0.4 otherwise. */
  readonly format?: ExpositionFormat;
  /** Problems that are meant to be. One that excuses nothing is a problem itself. */
  readonly except?: readonly LintException[];
}

const checks = [...familyChecks, histograms, ...styleChecks];

/**
 * Everything that is wrong with an exposition, in the order of its lines; empty when nothing is.
 *
 * Errors are what a strict parser refuses (text 0.0.4, OpenMetrics 1.0), or what makes the data wrong; style is the
 * advice that `promtool check metrics` gives. Reading goes on after a line that cannot be read.
 *
 * @example
 * import { promlint } from 'otelier/testing';
 * expect(promlint(await (await fetch('http://localhost:9464/metrics')).text())).toEqual([]);
 */
export function promlint(exposition: string, options: LintOptions = {}): LintProblem[] {
  const { families, unreadable, misplaced } = readExposition(exposition, options.format ?? formatOf(exposition));
  const problems = [
    ...unreadable,
    ...misplaced,
    ...clashes(families),
    ...families.flatMap((family) => checks.flatMap((check) => check(family))),
  ];
  problems.sort((a, b) => (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY) || 0);
  return excuse(problems, options.except ?? []);
}

function excuse(problems: readonly LintProblem[], exceptions: readonly LintException[]): LintProblem[] {
  const used = new Set<string>();
  const left = problems.filter(({ metric, rule }) => {
    const excusing = exceptions.flatMap((exception, index) =>
      exception.rules.includes(rule) && matches(exception, metric) ? [`${index} ${rule}`] : [],
    );
    for (const key of excusing) used.add(key);
    return excusing.length === 0;
  });
  const unused = exceptions.flatMap(({ metric, rules }, index) => {
    const idle = rules.filter((rule) => !used.has(`${index} ${rule}`));
    if (idle.length === 0 || rules.includes('unused_exception')) return [];
    const where = `the exception for ${metric}`;
    const expected = `a problem ${idle.join(', ')} that it excuses, or no such exception`;
    return [problemOf('unused_exception', String(metric), undefined, { where, expected })];
  });
  return [...left, ...unused];
}

function matches({ metric }: LintException, name: string): boolean {
  // `search` does not depend on where a pattern with the flag g was left.
  return typeof metric === 'string' ? metric === name : name.search(metric) >= 0;
}
