/** Windows of samples, and their functions as in Prometheus: extrapolated rates, changes, and merged values. */
import type { WindowFunction } from '../query.js';
import type { Accumulator } from './accumulator.js';
import { type Column, numberAt } from './history.js';

/** Samples at positions `from` to `to - 1`, of the times after `startMs` up to `endMs`. */
export interface Window {
  readonly times: Column;
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Length. */
  readonly seconds: number;
  /** True if NaN stands for a missing sample. */
  readonly gaps: boolean;
}

/** Distance from a sample to an end of the window, in average distances, up to which the series is taken to go on. */
const extrapolationThreshold = 1.1;

/** Returns the window of these times. */
export function windowOf(
  times: Column,
  [first, end]: readonly [first: number, end: number],
  [startMs, endMs]: readonly [startMs: number, endMs: number],
  gaps: boolean,
): Window {
  const from = firstAfter(times, first, end, startMs);
  const to = firstAfter(times, from, end, endMs);
  return { times, from, to, startMs, endMs, seconds: (endMs - startMs) / 1_000, gaps };
}

/** Returns the first position with a time after `timeMs`, or `end`. */
export function firstAfter(times: Column, first: number, end: number, timeMs: number): number {
  let [low, high] = [first, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberAt(times, middle) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the result of a function; `undefined` if the window has too few samples. */
export function ofWindow(
  name: WindowFunction,
  column: Column,
  window: Window,
  accumulator: Accumulator,
): number | undefined {
  switch (name) {
    case 'rate':
      return extrapolated(column, window, true, window.seconds);
    case 'increase':
      return extrapolated(column, window, true, 1);
    case 'delta':
      return extrapolated(column, window, false, 1);
    case 'changes':
      return changes(column, window);
    default: {
      const { values, offset, stride } = column;
      const { from, to, gaps } = window;
      accumulator.reset();
      for (let position = from; position < to; position++) {
        const value = values[offset + position * stride] as number;
        if (!(gaps && Number.isNaN(value))) accumulator.add(value);
      }
      return accumulator.count === 0 ? undefined : accumulator.result(name);
    }
  }
}

/** Returns the difference of the last and the first sample, corrected for resets and extrapolated to the ends. */
function extrapolated(column: Column, window: Window, isCounter: boolean, divisor: number): number | undefined {
  const { values, offset, stride, ascendingFrom = Number.POSITIVE_INFINITY } = column;
  const { from, to, gaps } = window;
  const isMissing = (position: number) => gaps && Number.isNaN(values[offset + position * stride]);
  let [first, last, missing, resets] = [from, to - 1, 0, 0];
  while (first < last && isMissing(first)) first++;
  while (last > first && isMissing(last)) last--;
  if (first >= last) return undefined;
  const start = values[offset + first * stride] as number;
  const end = values[offset + last * stride] as number;
  if (first < ascendingFrom) {
    let previous = start;
    for (let position = first + 1; position <= last; position++) {
      const value = values[offset + position * stride] as number;
      // NaN of a calculation is neither missing nor a reset.
      if (value >= previous || !isMissing(position)) {
        if (value < previous) resets += previous;
        previous = value;
      } else missing++;
    }
  }
  const result = isCounter ? end - start + resets : end - start;
  // A counter was not below 0: the series begins where its line is at 0, at the earliest.
  const share = isCounter && result > 0 && start >= 0 ? start / result : Number.POSITIVE_INFINITY;
  return result * (extrapolationOf(window, last - first + 1 - missing, first, last, share) / divisor);
}

/**
 * Returns the length of the period that samples stand for, relative to the time between the first and the last one.
 *
 * A sample stands for the time up to an end of the window if it is about as close to it as samples are to each other;
 * otherwise the series begins or ends there, and the sample stands for half of the average distance.
 *
 * @param toZero greatest length before the first sample, relative to the time between the first and the last one.
 */
export function extrapolationOf(
  { times, startMs, endMs }: Window,
  samples: number,
  first: number,
  last: number,
  toZero = Number.POSITIVE_INFINITY,
): number {
  const [firstMs, lastMs] = [numberAt(times, first), numberAt(times, last)];
  const sampled = (lastMs - firstMs) / 1_000;
  const average = sampled / (samples - 1);
  const limit = average * extrapolationThreshold;
  const [before, after] = [(firstMs - startMs) / 1_000, (endMs - lastMs) / 1_000];
  const toStart = Math.min(before >= limit ? average / 2 : before, sampled * toZero);
  const toEnd = after >= limit ? average / 2 : after;
  return (sampled + toStart + toEnd) / sampled;
}

function changes({ values, offset, stride }: Column, { from, to, gaps }: Window): number | undefined {
  let [samples, count, previous] = [0, 0, 0];
  for (let position = from; position < to; position++) {
    const value = values[offset + position * stride] as number;
    if (gaps && Number.isNaN(value)) continue;
    if (samples > 0 && value !== previous && !(Number.isNaN(value) && Number.isNaN(previous))) count++;
    previous = value;
    samples++;
  }
  return samples === 0 ? undefined : count;
}
