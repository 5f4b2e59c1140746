/** Lays rows out as lines of a table: a column of names, and columns of numbers with fixed widths. */
import { humanValue, isUnixTime } from '../../backends/console/human-value.js';
import { cutMiddle, pad, visible, widthOf } from '../../backends/console/terminal-text.js';
import { type Distribution, distributionOf } from './changes.js';
import { isDistribution } from './reading.js';
import { nameText, signOf, wholeLabels } from './row-names.js';
import type { TableRow } from './table-rows.js';

/** A column of numbers. */
interface Column {
  readonly title: string;
  readonly width: number;
  /** Columns with higher numbers are left out first, on a narrow screen. */
  readonly leftOut: number;
  readonly text: (row: TableRow, distribution: Distribution | undefined, nowUnixMs: number) => string;
}

const valueWidth = 10;
const columns: readonly Column[] = [
  {
    title: 'SERIES',
    width: 6,
    leftOut: 3,
    text: ({ changes, shared }) => (shared === undefined ? `${changes.length}` : ''),
  },
  { title: 'VALUE', width: valueWidth, leftOut: 0, text: valueText },
  { title: 'RATE', width: 11, leftOut: 1, text: rateText },
  { title: 'MEAN', width: 8, leftOut: 5, text: ({ metric }, all) => numberText(all?.mean, metric.unit) },
  { title: 'P50', width: 9, leftOut: 6, text: quantileText(0) },
  { title: 'P95', width: 9, leftOut: 2, text: quantileText(1) },
  { title: 'P99', width: 9, leftOut: 4, text: quantileText(2) },
];

/** Columns of names that numbers leave free, unless no labels of series are shown and all names are shorter. */
const minNameWidth = 36;

/** Columns of a table. */
export interface Layout {
  readonly nameWidth: number;
  readonly columns: readonly Column[];
  /** True for whole labels in a last column, which no width limits. */
  readonly isWide: boolean;
}

/** Returns the columns that fit into `width`; with an infinite width, all of them and the labels, which are not cut. */
export function layoutOf(rows: readonly TableRow[], width: number): Layout {
  const names = rows.filter(({ shared }) => shared === undefined).map(({ metric }) => visible(metric.name));
  const longest = names.reduce((most, name) => Math.max(most, widthOf(name) + 2), 'METRIC'.length);
  if (width === Number.POSITIVE_INFINITY) return { nameWidth: longest, columns, isWide: true };
  const hasSeries = rows.some(({ shared }) => shared !== undefined);
  const least = hasSeries ? minNameWidth : Math.min(minNameWidth, longest);
  const total = (shown: readonly Column[]) => shown.reduce((sum, column) => sum + column.width + 1, 0);
  let shown = columns;
  while (shown.length > 1 && width - total(shown) < least) {
    const first = Math.max(...shown.map(({ leftOut }) => leftOut));
    shown = shown.filter(({ leftOut }) => leftOut !== first);
  }
  return { nameWidth: Math.max(0, width - total(shown)), columns: shown, isWide: false };
}

/** Returns the line of titles. */
export function titleLine({ nameWidth, columns: shown, isWide }: Layout): string {
  const titles = shown.map(({ title, width }) => pad(title, width, true));
  return [pad('METRIC', nameWidth), ...titles, ...(isWide ? [' LABELS'] : [])].join(' ');
}

/** Returns the line of a row. Its texts contain no control characters. */
export function rowLine(row: TableRow, { nameWidth, columns: shown, isWide }: Layout, nowUnixMs: number): string {
  const distribution = isDistribution(row.metric) ? distributionOf(row.metric, row.changes) : undefined;
  const cells = shown.map(({ text, width }) => pad(cutMiddle(text(row, distribution, nowUnixMs), width), width, true));
  const name = isWide ? `${signOf(row)} ${visible(row.metric.name)}` : nameText(row, nameWidth);
  return [pad(name, nameWidth), ...cells, ...(isWide ? [` ${wholeLabels(row).join(' ')}`] : [])].join(' ');
}

function valueText({ metric, changes, totals }: TableRow, _: unknown, nowUnixMs: number): string {
  const { type, name, unit } = metric;
  if (type === 'info') return '';
  if (type === 'stateset' && changes.length > 1) {
    const active = changes.filter(({ now }) => now.value === 1).map(({ now }) => new Map(now.labels).get(name));
    return visible([...new Set(active)].join(', '));
  }
  const isCount = isDistribution(metric);
  const times = isCount || type === 'counter' ? [] : changes.map(({ now }) => now.value);
  // The sum of times has no meaning.
  if (times.length > 0 && times.every((time) => isUnixTime(time, unit))) return timeText(Math.max(...times), nowUnixMs);
  return numberText(totals.value, isCount ? '' : unit, valueWidth);
}

function rateText({ metric, totals }: TableRow): string {
  const isCount = metric.type !== 'counter';
  return totals.rate === undefined ? '' : `${numberText(totals.rate, isCount ? '' : metric.unit, 9)}/s`;
}

function quantileText(index: number): Column['text'] {
  return ({ metric }, distribution) => {
    const text = numberText(distribution?.quantiles[index], metric.unit);
    return text !== '' && distribution?.isEstimate ? `~${text}` : text;
  };
}

/** Returns a number for people; very large, very small and too long ones as a power of ten. */
function numberText(value: number | undefined, unit: string, width = 8): string {
  if (value === undefined) return '';
  const text = humanValue(value, unit);
  return widthOf(text) > width || /\de[+-]?\d/.test(text) ? value.toExponential(1) : text;
}

/** Returns a point in time as time of the same day, or as date, in UTC. */
function timeText(unixSeconds: number, nowUnixMs: number): string {
  const [day = '', time = ''] = new Date(unixSeconds * 1_000).toISOString().split(/T|\./);
  return new Date(nowUnixMs).toISOString().startsWith(day) ? `${time}Z` : day;
}
