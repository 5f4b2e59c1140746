/** Checks the syntax of PromQL, with the grammar of Prometheus' own editor. */
import { parser } from '@prometheus-io/lezer-promql';
import { MetricsError } from '../../errors.js';

/**
 * Checks that a text is a valid expression of PromQL.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID with the first place that is not valid.
 */
export function checkPromql(where: string, text: string): void {
  // A comment would hide what follows in the line, where the text is a part of a query.
  const position = firstErrorIn(text, false);
  if (position === undefined) return;
  const before = String(text).slice(Math.max(0, position - 20), position);
  const expected = `valid PromQL; the syntax is wrong at character ${position + 1}, after "${before}"`;
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value: text, expected }]);
}

/** Returns the position of the first syntax error, or `undefined`. */
export function firstErrorIn(text: unknown, admitsComments = true): number | undefined {
  if (typeof text !== 'string' || text.trim() === '') return 0;
  let position: number | undefined;
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError || (!admitsComments && type.name === 'LineComment')) position ??= from;
      return position === undefined;
    },
  });
  return position;
}
