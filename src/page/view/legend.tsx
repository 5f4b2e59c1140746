/** Legend of a chart: names, values, and buttons that hide series. */
import { type Signal, useSignal } from '@preact/signals';
import type { KeyedSeries } from '../live-data.js';
import { formatValue } from '../units.js';
import { type ChartLine, legendText } from './chart-lines.js';
import type { HoveredIndex } from './crosshair.js';
import type { PlotOptions } from './plot.js';

export const noValues = 'no values yet';
/** Series that are shown at first: as many as there are colors. */
const atFirst = 8;

interface LegendProps {
  /** `undefined` before the chart is drawn. */
  readonly lines: readonly ChartLine[] | undefined;
  readonly hovered: Signal<HoveredIndex>;
  readonly off: Signal<ReadonlySet<string>>;
  readonly options: Pick<PlotOptions, 'unit' | 'decimals'>;
  /** Names of the queries, before the legends. */
  readonly names: readonly string[];
}

export function Legend({ lines, hovered, off, options, names }: LegendProps) {
  const isWhole = useSignal(false);
  if (lines === undefined || lines.length === 0)
    return <p class="legend muted">{lines === undefined ? '' : noValues}</p>;
  const index = hovered.value;
  const toggle = (key: string) => {
    const next = new Set(off.value);
    if (!next.delete(key)) next.add(key);
    off.value = next;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
    <div class="legend" role="group" aria-label="Series" data-arrows>
      {(isWhole.value ? lines : lines.slice(0, atFirst)).map(({ series, color, isDashed, values, isShown }) => (
        <button
          type="button"
          key={series.key}
          data-item
          aria-pressed={isShown}
          class={`entry color-${color + 1} ${isDashed ? 'dashed' : ''}`}
          onClick={() => toggle(series.key)}
        >
          <i />
          <span class="name">{nameOf(series, names)}</span>
          <b>{formatValue(index === null ? lastOf(values) : values[index], options.unit, options.decimals)}</b>
        </button>
      ))}
      {lines.length > atFirst && (
        <button
          type="button"
          data-item
          class="entry further"
          aria-expanded={isWhole.value}
          onClick={() => {
            isWhole.value = !isWhole.value;
          }}
        >
          {isWhole.value ? 'show fewer' : `show ${lines.length - atFirst} more`}
        </button>
      )}
    </div>
  );
}

/** Returns the texts of the series for screen readers; `undefined` before the chart is drawn. */
export function textsOf(
  lines: readonly ChartLine[] | undefined,
  options: LegendProps['options'],
  names: readonly string[],
): string[] | undefined {
  if (lines === undefined) return undefined;
  if (lines.length === 0) return [noValues];
  const texts = lines.slice(0, atFirst).map((line) => textOf(line, options, names));
  return lines.length > atFirst ? [...texts, `${lines.length - atFirst} more`] : texts;
}

function textOf({ series, values }: ChartLine, { unit, decimals }: LegendProps['options'], names: readonly string[]) {
  const present = values.filter((value) => value !== null);
  const text = (value: number | null) => formatValue(value, unit, decimals);
  const low = present.reduce((least, value) => Math.min(least, value), present[0] ?? Number.NaN);
  const high = present.reduce((most, value) => Math.max(most, value), present[0] ?? Number.NaN);
  return `${nameOf(series, names)} last ${text(lastOf(values))}, min ${text(low)}, max ${text(high)}`;
}

const nameOf = (series: KeyedSeries, names: readonly string[]) => legendText(series, names) || 'value';

/** Returns the latest value; `null` if the series has no value now. */
export function lastOf(values: readonly (number | null)[]): number | null {
  return values.at(-1) ?? values.at(-2) ?? null;
}
