/** `raw` accepts the expressions that Prometheus accepts: their syntax, and the types of arguments and operands. */
import { expect, test } from 'vitest';
import { raw } from '../../src/panels/index.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { thrownBy } from '../support/thrown.js';
import { right, rightSince3, wrong, wrongAsQuery, wrongAtEvaluation } from './promql-expressions.js';

test.each([...right, ...rightSince3])('%s is accepted', (text) => {
  expect(firstErrorIn(text)).toBeUndefined();
  expect(raw(text)).toMatchObject({ op: 'raw', text });
});

test.each([...wrong, ...wrongAsQuery, ...wrongAtEvaluation])('%s is rejected', (text) => {
  expect(thrownBy(() => raw(text))?.problems).toMatchObject([{ where: 'raw', value: text }]);
});

test.each([
  ['rate(up)', 'rate needs a range vector, such as up[5m], not an instant vector at character 6, after "rate("'],
  ['sum(up[5m])', 'sum needs an instant vector, not a range vector, such as up[5m] at character 5, after "sum("'],
  ['up[5m]', 'a query needs an instant vector or a scalar, not a range vector, such as up[5m] at character 1'],
  ['clamp(up)', 'clamp needs 3 arguments at character 1'],
  ['round(up, 1, 2)', 'round needs 1 to 2 arguments at character 1'],
  ['label_join(up)', 'label_join needs 3 arguments or more at character 1'],
  ['1 + time() > 2', '> bool between two scalars at character 12, after "1 + time() "'],
  ['up and 1', 'and needs an instant vector, not a scalar at character 8, after "up and "'],
  ['sum(up) offset 5m', 'offset and @ after a selector or a subquery at character 1'],
  ['rate(sum(up)[5m])', 'a window such as [5m] directly after a selector, and [5m:] after other expressions'],
  ['up{a=~"("}', 'a regular expression of RE2: missing ); at character 7, after "up{a=~"'],
  ['up{a=~"(?=b)"}', 'a regular expression of RE2: no (? with other characters, such as look-around; at'],
  ['up{a="\\q"}', 'the escapes of the text are wrong at character 6'],
  ['rate(up[0s])', 'a duration above 0 at character 9, after "rate(up["'],
  ['up offset 300y', 'a duration of less than 292 years at character 11'],
  ['up{a="b', 'the syntax is wrong at character 6, after "up{a="'],
])('the message for %s names the place', (text, message) => {
  const [problem] = thrownBy(() => raw(text))?.problems ?? [];
  expect(problem?.expected).toContain(`valid PromQL; ${message}`);
});
