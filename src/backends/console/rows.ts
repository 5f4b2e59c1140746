/** Rows of a table: the text of each series of a metric, not yet fitted to a width. */
import type { Attributes } from '@opentelemetry/api';
import type { MetricStream } from '../../model/points.js';
import { humanTime, humanValue, isUnixTime } from './human-value.js';
import type { ShownMetric, ShownSeries } from './snapshot.js';
import { visible } from './terminal-text.js';

/** Text of one series. */
export interface Row {
  /** `key=value` for each attribute. */
  readonly attributes: readonly string[];
  /** Value, change, and rate of the change; empty cells are omitted. */
  readonly cells: readonly string[];
  /** Second line of a histogram. */
  readonly details: readonly string[];
}

/**
 * Returns at most `maxSeries` rows, sorted by attributes: those with the largest values. A state set has one row for each
 * set of its other attributes.
 *
 * @param elapsedSeconds seconds since the table that changes refer to; `undefined` for the first table.
 */
export function rowsOf(
  { stream, series }: ShownMetric,
  maxSeries: number,
  elapsedSeconds: number | undefined,
): { rows: Row[]; hidden: number } {
  const states = stream.shape === 'stateSet' ? stateRows(stream, series) : undefined;
  const rows = states ?? largest(series, maxSeries).map((each) => rowOf(stream, each, elapsedSeconds));
  const keyOf = ({ attributes }: Row) => attributes.join(' ');
  const shown = rows.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)).slice(0, maxSeries);
  return { rows: shown, hidden: (states ?? series).length - shown.length };
}

/** Returns the series with the largest values. */
function largest(series: readonly ShownSeries[], count: number): ShownSeries[] {
  if (series.length <= count) return [...series];
  return [...series].sort((one, other) => Math.abs(other.value) - Math.abs(one.value)).slice(0, count);
}

function rowOf(stream: MetricStream, series: ShownSeries, elapsedSeconds: number | undefined): Row {
  const { value, before, statistics = [] } = series;
  const attributes = renderAttributes(series.attributes);
  if (stream.shape === 'info') return { attributes, cells: [], details: [] };
  const unit = stream.points === 'number' ? stream.unit : '';
  const change = before === undefined ? 0 : value - before;
  const isTime = !stream.sum && isUnixTime(value, unit);
  const text = isTime ? humanTime(value) : humanValue(value, unit);
  const cells = [stream.points === 'number' ? text : `count ${text}`];
  if (Number.isFinite(change) && change !== 0) {
    cells.push(`${change > 0 ? '+' : ''}${humanValue(change, unit)}`);
    if (stream.monotonic && stream.sum && elapsedSeconds !== undefined && elapsedSeconds > 0) {
      cells.push(`${humanValue(change / elapsedSeconds, unit)}/s`);
    }
  }
  return { attributes, cells, details: statistics.map(([name, each]) => `${name}${humanValue(each, stream.unit)}`) };
}

/** Returns one row for each set of the other attributes, with the current state, and the earlier one if it differs. */
function stateRows({ name }: MetricStream, series: readonly ShownSeries[]): Row[] {
  const sets = new Map<string, ShownSeries[]>();
  for (const each of series) {
    const { [name]: _, ...others } = each.attributes;
    const key = JSON.stringify(renderAttributes(others));
    sets.set(key, [...(sets.get(key) ?? []), each]);
  }
  return [...sets].map(([attributes, states]) => {
    const stateWhere = (matches: (each: ShownSeries) => boolean) => {
      const found = states.filter(matches).map((each) => String(each.attributes[name]));
      return found.length === 0 ? undefined : visible(found.join(', '));
    };
    const [now, earlier] = [stateWhere(({ value }) => value !== 0), stateWhere(({ before }) => before === 1)];
    const change = earlier === undefined || earlier === now ? [] : [`was ${earlier}`];
    return { attributes: JSON.parse(attributes) as string[], cells: [now ?? 'none', ...change], details: [] };
  });
}

/** Returns `key=value` for each attribute, without characters that could change what else the terminal shows. */
export function renderAttributes(attributes: Attributes): string[] {
  return Object.entries(attributes).map(([key, value]) => {
    const text = Array.isArray(value) ? JSON.stringify(value) : quoted(String(value), /^$|[\s"\\]/);
    return `${visible(quoted(key, /^$|[\s"\\=]/))}=${visible(text)}`;
  });
}

/** Quotes text that could not be told from the rest of the line. */
function quoted(text: string, ambiguous: RegExp): string {
  return ambiguous.test(text) ? JSON.stringify(text) : text;
}
