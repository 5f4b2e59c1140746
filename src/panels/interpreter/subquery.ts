/** Functions of windows whose samples are results of a query. */
import type { WindowFunction } from '../query.js';
import { Accumulator } from './accumulator.js';
import type { Labels } from './history.js';
import { keyOf } from './label-keys.js';
import type { Element, Vector } from './vector.js';
import { ofWindow, windowOf } from './window.js';

/** Values of one series at the steps at which it exists. */
interface Row {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  length: number;
}

/**
 * Returns a function of the results at the multiples of `step` after `startMs` up to `endMs`.
 *
 * @param evaluateAt returns the result at a time.
 */
export function subquery(
  name: WindowFunction,
  [startMs, endMs]: readonly [startMs: number, endMs: number],
  step: number,
  evaluateAt: (timeMs: number) => Vector,
): Vector {
  const firstStep = Math.floor(startMs / step) + 1;
  const steps = Math.max(0, Math.floor(endMs / step) - firstStep + 1);
  const rows = new Map<string, Row>();
  for (let index = 0; index < steps; index++) {
    const timeMs = (firstStep + index) * step;
    for (const { labels, value, histogram } of evaluateAt(timeMs)) {
      if (histogram !== undefined) continue;
      const row = rows.get(keyOf(labels)) ?? newRow(rows, labels, steps);
      if (row.length > 0 && row.times[row.length - 1] === timeMs) continue;
      row.times[row.length] = timeMs;
      row.values[row.length++] = value;
    }
  }
  const accumulator = new Accumulator();
  const elements: Element[] = [];
  for (const { labels, times, values, length } of rows.values()) {
    const window = windowOf({ values: times, offset: 0, stride: 1 }, [0, length], [startMs, endMs], false);
    const value = ofWindow(name, { values, offset: 0, stride: 1 }, window, accumulator);
    if (value !== undefined) elements.push({ labels, value });
  }
  return elements;
}

function newRow(rows: Map<string, Row>, labels: Labels, steps: number): Row {
  const row = { labels, times: new Float64Array(steps), values: new Float64Array(steps), length: 0 };
  rows.set(keyOf(labels), row);
  return row;
}
