/** Levels of values by the thresholds of their panel. */
import type { Threshold } from '../panels/panel.js';

export type Level = Threshold['level'];

/** Returns the level of a value; `undefined` without thresholds or value. Values below the first threshold are good. */
export function levelOf(value: number | null, thresholds: readonly Threshold[]): Level | undefined {
  if (value === null || thresholds.length === 0) return undefined;
  return thresholds.findLast(({ from }) => value >= from)?.level ?? 'good';
}

/** Returns the number of columns, at most `limit`, for which the last row of `count` cells is as full as the others. */
export function balancedColumns(count: number, limit: number): number {
  const rows = Math.max(1, Math.ceil(count / limit));
  return Math.max(1, Math.ceil(count / rows));
}
