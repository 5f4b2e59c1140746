/** Renders a snapshot as lines of a table that fit the width of a terminal. */
import type { MetricStream } from '../../model/points.js';
import { fitAttributes } from './fit-attributes.js';
import { type Row, rowsOf } from './rows.js';
import type { ShownMetric } from './snapshot.js';
import { controlSequence, cutMiddle, pad, visible, widthOf } from './terminal-text.js';

/** Size and style of a table. */
export interface TableOptions {
  /** Maximum width of a line in columns. */
  readonly columns: number;
  /** Maximum number of series shown of a metric. */
  readonly maxSeries: number;
  /** True to print with ANSI styles. */
  readonly styled: boolean;
  /** Seconds since the table that the changes refer to; `undefined` for the first table. */
  readonly elapsedSeconds: number | undefined;
}

const gap = '  ';
const all = 'all: ';

/**
 * Returns the lines of all metrics: one with the name, then one for each series, sorted by attributes. A histogram has a
 * second line for each series. No line exceeds `columns`; names and values that are too long are cut in the middle.
 */
export function renderTable(metrics: readonly ShownMetric[], options: TableOptions): string[] {
  const names = metrics.map(({ stream }) => stream.name);
  return metrics.flatMap((metric, index) => {
    const isAmbiguous = names[index - 1] === metric.stream.name || names[index + 1] === metric.stream.name;
    return [renderName(metric.stream, isAmbiguous, options), ...renderRows(metric, options)];
  });
}

function renderName(stream: MetricStream, isAmbiguous: boolean, { columns, styled }: TableOptions): string {
  const unit = stream.unit === '' ? '' : `, ${stream.unit}`;
  const scope = isAmbiguous ? ` of ${stream.scope.name}` : '';
  const kind = cutMiddle(visible(`${kindOf(stream)}${unit}${scope}`), Math.floor(columns / 2));
  const name = cutMiddle(visible(stream.name), columns - widthOf(kind) - gap.length);
  return `${style(name, 1, styled)}${gap}${style(kind, 2, styled)}`;
}

function kindOf({ shape, points, sum, monotonic }: MetricStream): string {
  if (shape !== undefined) return shape === 'info' ? 'info' : 'state set';
  if (points !== 'number') return points === 'histogram' ? 'histogram' : 'exponential histogram';
  return sum ? (monotonic ? 'counter' : 'up-down counter') : 'gauge';
}

function renderRows(metric: ShownMetric, { columns, maxSeries, styled, elapsedSeconds }: TableOptions): string[] {
  const { rows, hidden } = rowsOf(metric, maxSeries, elapsedSeconds);
  const widths = [0, 1, 2].map((cell) => widest(rows.map(({ cells }) => cells[cell] ?? '')));
  const cellsWidth = widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + gap.length), 0);
  const { common, labels } = labelsOf(rows, Math.max(1, columns - gap.length - cellsWidth));
  const labelWidth = widest(labels);
  const detailWidths = widthsThatFit(rows, columns - 2 * gap.length);
  const lines = rows.flatMap(({ cells, details }, index) => {
    const label = labelWidth === 0 ? '' : `${gap}${pad(labels[index] as string, labelWidth)}`;
    const values = widths.map((width, cell) => (width === 0 ? '' : gap + pad(cells[cell] ?? '', width, true)));
    const [value = '', ...changes] = values;
    const [start, change] = [`${label}${value}`, changes.join('').trimEnd()];
    const isTooWide = widthOf(start + change) > columns;
    const line = isTooWide ? cutMiddle(start + change, columns) : `${start}${style(change, 36, styled)}`;
    const detail = detailWidths.map((width, at) => pad(details[at] ?? '', width)).join(gap);
    return detail.trim() === '' ? [line] : [line, `${gap}${gap}${detail}`];
  });
  if (common.length > 0) lines.unshift(`${gap}${all}${fitAttributes(common, columns - gap.length - all.length)}`);
  if (hidden > 0) lines.push(`${gap}… ${hidden} more`);
  return lines.map((line) => line.trimEnd());
}

/**
 * Returns a label for each row. If the attributes do not fit into `columns`, those that all rows have in common are left
 * out, then keys are reduced to their last part, and then values are cut in the middle.
 */
function labelsOf(rows: readonly Row[], columns: number): { common: readonly string[]; labels: string[] } {
  const fits = (parts: readonly (readonly string[])[]) => widest(parts.map((each) => each.join(' '))) <= columns;
  let parts = rows.map(({ attributes }) => attributes);
  let common: readonly string[] = [];
  if (rows.length > 1 && !fits(parts)) {
    common = (parts[0] as readonly string[]).filter((text) => parts.every((each) => each.includes(text)));
    parts = parts.map((each) => each.filter((text) => !common.includes(text)));
  }
  if (!fits(parts)) parts = parts.map(withShortKeys);
  if (!fits([common])) common = withShortKeys(common);
  return { common, labels: parts.map((each) => fitAttributes(each, columns)) };
}

/** Reduces keys to their last part. */
function withShortKeys(attributes: readonly string[]): string[] {
  return attributes.map((text) => text.replace(/^[^=]*\.(?=[^.=]*=)/, '…'));
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, widthOf(text)), 0);
}

/** Returns the widths of the details of all rows, without the last ones that do not fit into `columns`. */
function widthsThatFit(rows: readonly Row[], columns: number): number[] {
  const count = rows.reduce((most, { details }) => Math.max(most, details.length), 0);
  const widths = Array.from({ length: count }, (_, index) => widest(rows.map(({ details }) => details[index] ?? '')));
  const total = () => widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  while (widths.length > 0 && total() > columns) widths.pop();
  return widths;
}

/** Sets an ANSI style: 1 for bold, 2 for faint, 36 for cyan. */
function style(text: string, code: number, styled: boolean): string {
  return styled && text !== '' ? `${controlSequence}${code}m${text}${controlSequence}0m` : text;
}
