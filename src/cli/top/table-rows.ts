/** Rows of the table: metrics and their series, filtered and sorted, not yet formatted. */
import { type Change, changesOf, type SeriesTotals, totalsOf } from './changes.js';
import type { ReadMetric, ReadSeries } from './reading.js';
import type { Scrape } from './scrape.js';
import { isExpanded, type Order, type View } from './view.js';

/** Name and value of a label. */
export type Label = readonly [name: string, value: string];

/** A row: a metric with the sum of its series, or one series of an expanded metric. */
export interface TableRow {
  readonly metric: ReadMetric;
  /** ReadSeries that the filter selects; one for the row of a series. */
  readonly changes: readonly Change[];
  readonly totals: SeriesTotals;
  /** True for a metric whose series have rows. */
  readonly isExpanded: boolean;
  /** Labels that the row of the metric shows; `undefined` for the row of a metric. */
  readonly shared: readonly Label[] | undefined;
}

/** Returns all rows. A series is selected if its name and labels contain all words of the filter, in any case. */
export function tableRows(now: Scrape, before: Scrape | undefined, view: View): TableRow[] {
  const elapsedSeconds = before === undefined ? 0 : (now.atMonotonicMs - before.atMonotonicMs) / 1_000;
  const earlier = new Map(before?.metrics.map((metric) => [metric.name, metric]));
  const words = view.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const order = comparison(view.order, view.isReversed);
  const rowOf = (metric: ReadMetric, changes: readonly Change[], shared?: readonly Label[]): TableRow => {
    const expanded = shared === undefined && metric.series.size > 1 && isExpanded(view, metric.name);
    return { metric, changes, totals: totalsOf(changes, elapsedSeconds), isExpanded: expanded, shared };
  };
  const metrics = now.metrics.flatMap((metric) => {
    const all = changesOf(metric, earlier.get(metric.name));
    const changes = words.length === 0 ? all : all.filter((change) => contains(metric, change.now, words));
    return changes.length === 0 ? [] : [rowOf(metric, changes)];
  });
  return metrics.sort(order).flatMap((row) => {
    if (!row.isExpanded) return [row];
    // Labels of the only series that the filter selects may be cut in the row of its metric.
    const shared = row.changes.length === 1 ? [] : sharedLabels(row.changes);
    return [row, ...row.changes.map((change) => rowOf(row.metric, [change], shared)).sort(order)];
  });
}

/** Returns the labels that all series have with the same value. */
export function sharedLabels(changes: readonly Change[]): Label[] {
  const [first, ...others] = changes.map(({ now }) => now.labels);
  const isShared = ([name, value]: Label) =>
    others.every((labels) => labels.some((label) => label[0] === name && label[1] === value));
  return first?.filter(isShared) ?? [];
}

function contains({ name }: ReadMetric, { labels }: ReadSeries, words: readonly string[]): boolean {
  const text = `${name} ${labels.map(([label, value]) => `${label}=${value}`).join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Returns the order of rows: names ascending, numbers descending, unknown numbers last in both directions. */
function comparison(order: Order, isReversed: boolean): (one: TableRow, other: TableRow) => number {
  const byName = (one: TableRow, other: TableRow) => compare(textOf(one), textOf(other));
  if (order === 'name') return isReversed ? (one, other) => byName(other, one) : byName;
  const numberOf = ({ metric, totals }: TableRow) => {
    const number = metric.type === 'info' ? undefined : totals[order];
    return number === undefined || Number.isNaN(number) ? undefined : number;
  };
  return (one, other) => {
    const [a, b] = [numberOf(one), numberOf(other)];
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined) || byName(one, other);
    return (isReversed ? compare(a, b) : compare(b, a)) || byName(one, other);
  };
}

function textOf({ metric, changes, shared }: TableRow): string {
  return shared === undefined ? metric.name : (changes[0] as Change).now.text;
}

function compare<T extends number | string>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
