/** Every rule: an exposition that breaks only this rule, its message, and a similar valid exposition. */
import { lintRules, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { gauge, help } from './cases/case.js';
import { lines } from './cases/lines.js';
import { names } from './cases/names.js';
import { order } from './cases/order.js';
import { samples } from './cases/samples.js';

const cases = [...lines, ...order, ...samples, ...names];
test.each(cases)('reports $rule: $message', ({ rule, invalid, message, line, format }) => {
  const problems = promlint(invalid, format === undefined ? {} : { format });
  const { severity } = lintRules[rule];
  expect(problems).toEqual([{ metric: expect.any(String), rule, severity, line, text: message }]);
});

test.each(cases)('does not report $rule for a valid exposition, instead of: $message', ({ valid, format }) => {
  expect(promlint(valid, format === undefined ? {} : { format })).toEqual([]);
});

test('every rule has a case', () => {
  const covered = new Set<string>(cases.map(({ rule }) => rule));
  expect(Object.keys(lintRules).filter((rule) => !covered.has(rule))).toEqual(['unused_exception']);
});

test('checking continues after a problem', () => {
  const exposition = `${gauge}a{b="1} 1\na x\na{b="2"} 1\na{b="2"} 1\n# HELP c`;
  expect(promlint(exposition).map(({ rule, line }) => `${line} ${rule}`)).toEqual([
    '3 invalid_label',
    '4 invalid_value',
    '6 duplicate_sample',
    '7 missing_newline',
    '7 missing_help',
  ]);
});

test('NaN counts are reported once each', () => {
  const exposition = '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} NaN\na_count NaN\n';
  expect(promlint(exposition).map(({ rule }) => rule)).toEqual(['invalid_counter', 'invalid_counter']);
});

test.each([
  ['text', '# HELP a_total A.\n# TYPE a_total counter\na_total -1\n'],
  ['openmetrics', '# HELP a A.\n# TYPE a counter\na_total -1\n# EOF\n'],
])('problems use the query name of a metric in %s', (_, exposition) => {
  expect(promlint(exposition)).toMatchObject([{ metric: 'a_total', rule: 'invalid_counter' }]);
});

test('problems of an invalid line contain the parsed part of the name', () => {
  const metrics = promlint(`${help}a_x{b=1} 1\n{"c.d",e=1} 1\n?{} 1\n`).map(({ metric }) => metric);
  expect(metrics).toEqual(['a_x', 'c.d', '']);
});
