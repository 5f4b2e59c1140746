/** Lines of a chart: its series with their values and colors. */
import type { KeyedSeries, OpenSeries } from '../live-data.js';
import { chartTitles } from '../page-state.js';
import type { RingWindow } from '../series-ring.js';

/** Line of a chart and of its legend. */
export interface ChartLine {
  readonly series: KeyedSeries;
  /** Number of the color, from 0. */
  readonly color: number;
  /** True if a line before it has the same color. */
  readonly isDashed: boolean;
  readonly values: readonly (number | null)[];
  readonly isShown: boolean;
}

/** Series of a chart, and how they are shown. */
interface ChartSeries {
  readonly source: OpenSeries;
  /** Title of the panel; absent for the open metric. */
  readonly panel: string | undefined;
  /** Names of the queries, before the legends. */
  readonly names: readonly string[];
  /** Keys of the series that are not shown. */
  readonly off: ReadonlySet<string>;
}

/** Returns the lines of a chart. */
export function linesOf({ source, panel, names, off }: ChartSeries, values: RingWindow): ChartLine[] {
  const { palette } = source;
  const textsOf = (title: string | undefined) => source.of(title).map((series) => legendText(series, names));
  if (textsOf(panel).some((text) => palette.of(text) === undefined))
    palette.add([...new Set([panel, ...(panel === undefined ? [] : chartTitles.peek())])].map(textsOf));
  const used = new Set<number>();
  return source.of(panel).map((series) => {
    const color = palette.of(legendText(series, names)) ?? 0;
    const isDashed = used.has(color);
    used.add(color);
    return { series, color, isDashed, values: values.of(series.key), isShown: !off.has(series.key) };
  });
}

/** Returns the text of a series in the legend; empty if it has no name. */
export function legendText({ legend, query }: KeyedSeries, names: readonly string[]): string {
  // A label without a value leaves its separator.
  return [names[query], legend.replaceAll(/^[\s,:]+|[\s,:]+$/g, '')].filter(Boolean).join(' ');
}
