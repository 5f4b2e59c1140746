/** Every rule: an exposition that breaks it and nothing else, what is said of it, and one that keeps it. */
import { lintRules, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { gauge, help } from './cases/case.js';
import { lines } from './cases/lines.js';
import { names } from './cases/names.js';
import { order } from './cases/order.js';
import { samples } from './cases/samples.js';

const cases = [...lines, ...order, ...samples, ...names];
test.each(cases)('$rule is found: $says', ({ rule, broken, says, line, format }) => {
  const problems = promlint(broken, format === undefined ? {} : { format });
  const { severity } = lintRules[rule];
  expect(problems).toEqual([{ metric: expect.any(String), rule, severity, line, text: says }]);
});

test.each(cases)('$rule is not found where it is kept, instead of: $says', ({ sound, format }) => {
  expect(promlint(sound, format === undefined ? {} : { format })).toEqual([]);
});

test('every rule has its cases', () => {
  const covered = new Set<string>(cases.map(({ rule }) => rule));
  expect(Object.keys(lintRules).filter((rule) => !covered.has(rule))).toEqual(['unused_exception']);
});

test('reading goes on after what is wrong', () => {
  const exposition = `${gauge}a{b="1} 1\na x\na{b="2"} 1\na{b="2"} 1\n# HELP c`;
  expect(promlint(exposition).map(({ rule, line }) => `${line} ${rule}`)).toEqual([
    '3 invalid_label',
    '4 invalid_value',
    '6 duplicate_sample',
    '7 missing_newline',
    '7 missing_help',
  ]);
});

test('counts that are no numbers are told as such alone', () => {
  const exposition = '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} NaN\na_count NaN\n';
  expect(promlint(exposition).map(({ rule }) => rule)).toEqual(['invalid_counter', 'invalid_counter']);
});

test.each([
  ['text', '# HELP a_total A.\n# TYPE a_total counter\na_total -1\n'],
  ['openmetrics', '# HELP a A.\n# TYPE a counter\na_total -1\n# EOF\n'],
])('a metric has one name in problems, also in %s', (_, exposition) => {
  expect(promlint(exposition)).toMatchObject([{ metric: 'a_total', rule: 'invalid_counter' }]);
});

test('the name of a line that cannot be read is told as far as it was read', () => {
  const metrics = promlint(`${help}a_x{b=1} 1\n{"c.d",e=1} 1\n?{} 1\n`).map(({ metric }) => metric);
  expect(metrics).toEqual(['a_x', 'c.d', '']);
});
