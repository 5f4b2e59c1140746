/** Chart of series with its legend, and a text alternative for screen readers. */
import { effect, type Signal, signal, untracked } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bucketsOf } from '../buckets.js';
import type { KeyedSeries, OpenSeries } from '../live-data.js';
import { isHidden, period, theme } from '../page-state.js';
import { formatValue } from '../units.js';
import { Plot, type PlotOptions } from './plot.js';
import { useVisible } from './visibility.js';

const noValues = 'no values yet';
const systemColors = matchMedia('(prefers-color-scheme: dark)');

/** Line of the legend. */
interface LegendLine {
  readonly series: KeyedSeries;
  readonly position: number;
  readonly values: readonly (number | null)[];
  readonly isShown: boolean;
}

interface ChartProps extends Omit<PlotOptions, 'height'> {
  readonly title: string;
  readonly source: OpenSeries;
  /** Title of the panel; absent for the open metric. */
  readonly panel?: string | undefined;
  readonly isHeatmap?: boolean;
  readonly height?: number;
  /** Names of the queries, before the legends. */
  readonly names?: readonly string[];
}

/** Chart that follows the values shown while it is on the screen. */
export function Chart({ title, source, panel, isHeatmap = false, height = 168, names = [], ...options }: ChartProps) {
  const { element, visible } = useVisible<HTMLDivElement>();
  const canvas = useRef<HTMLDivElement>(null);
  const [lines] = useState(() => signal<readonly LegendLine[]>([]));
  const [hovered] = useState(() => signal<number | null>(null));
  const [off] = useState(() => signal<ReadonlySet<string>>(new Set()));
  const [busiest] = useState(() => signal(''));

  useEffect(() => {
    const host = canvas.current as HTMLDivElement;
    const plot = new Plot(host, { ...options, height }, (index) => {
      hovered.value = index;
    });
    let colors = theme.peek();
    const stop = effect(() => {
      if (!visible.value || isHidden.value) return;
      const { from, to } = period();
      const hiddenKeys = off.value;
      const isRecolored = colors !== theme.value;
      colors = theme.value;
      untracked(() => {
        const values = source.ring.window(from, to);
        const all = source.of(panel).map((series, position) => ({
          series,
          position,
          values: values.of(series.key),
          isShown: !hiddenKeys.has(series.key),
        }));
        lines.value = all;
        const times = { times: values.times, from: from / 1_000, to: to / 1_000 };
        if (isHeatmap) {
          const buckets = bucketsOf(all.map(({ series, values: row }) => ({ legend: series.legend, values: row })));
          plot.draw({ ...times, lines: [], buckets });
          busiest.value = busiestOf(buckets, options.unit);
        } else plot.draw({ ...times, lines: all.filter(({ isShown }) => isShown) });
        if (isRecolored) plot.recolor();
      });
    });
    const resized = new ResizeObserver(() => plot.resize());
    resized.observe(host);
    const recolor = () => plot.recolor();
    systemColors.addEventListener('change', recolor);
    return () => {
      stop();
      resized.disconnect();
      systemColors.removeEventListener('change', recolor);
      plot.destroy();
    };
  }, [source, panel, title]);

  return (
    <div class="chart" ref={element}>
      <ChartCanvas
        title={title}
        host={canvas}
        lines={lines}
        busiest={busiest}
        options={options}
        height={height}
        names={names}
      />
      {isHeatmap ? (
        <p class="legend muted">{busiest}</p>
      ) : (
        <Legend lines={lines} hovered={hovered} off={off} options={options} names={names} />
      )}
    </div>
  );
}

type Options = Omit<PlotOptions, 'height'>;

function ChartCanvas(props: {
  readonly title: string;
  readonly host: { current: HTMLDivElement | null };
  readonly lines: Signal<readonly LegendLine[]>;
  readonly busiest: Signal<string>;
  readonly options: Options;
  readonly height: number;
  readonly names: readonly string[];
}) {
  const { title, lines, busiest, options, names } = props;
  const texts =
    busiest.value === '' ? lines.value.slice(0, 6).map((line) => textOf(line, options, names)) : [busiest.value];
  const label = `${title}: ${texts.length === 0 ? noValues : texts.join('; ')}`;
  // The height is fixed before the chart is drawn, so that nothing moves.
  const blank = texts.length === 0 || texts[0] === noValues ? 'blank' : '';
  return (
    <div
      class={`canvas ${blank}`}
      role="img"
      aria-label={label}
      ref={props.host}
      style={{ height: `${props.height}px` }}
    />
  );
}

function Legend(props: {
  readonly lines: Signal<readonly LegendLine[]>;
  readonly hovered: Signal<number | null>;
  readonly off: Signal<ReadonlySet<string>>;
  readonly options: Options;
  readonly names: readonly string[];
}) {
  const { lines, hovered, off, options, names } = props;
  if (lines.value.length === 0) return <p class="legend muted">{noValues}</p>;
  const index = hovered.value;
  const toggle = (key: string) => {
    const next = new Set(off.value);
    if (!next.delete(key)) next.add(key);
    off.value = next;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
    <div class="legend" role="group" aria-label="Series" data-arrows>
      {lines.value.map(({ series, position, values, isShown }) => (
        <button
          type="button"
          key={series.key}
          data-item
          aria-pressed={isShown}
          class={`entry color-${(position % 8) + 1}`}
          onClick={() => toggle(series.key)}
        >
          <i />
          <span class="name">{nameOf(series, names)}</span>
          <b>{formatValue(index === null ? lastOf(values) : values[index], options.unit, options.decimals)}</b>
        </button>
      ))}
    </div>
  );
}

function nameOf({ legend, query }: KeyedSeries, names: readonly string[]): string {
  // A label without a value leaves its separator.
  return [names[query], legend.replaceAll(/^[\s,:]+|[\s,:]+$/g, '')].filter(Boolean).join(' ') || 'value';
}

/** Returns the latest value; `null` if the series has no value now. */
function lastOf(values: readonly (number | null)[]): number | null {
  return values.at(-1) ?? values.at(-2) ?? null;
}

function textOf({ series, values }: LegendLine, { unit, decimals }: Options, names: readonly string[]): string {
  const present = values.filter((value) => value !== null);
  const text = (value: number | null) => formatValue(value, unit, decimals);
  const low = present.reduce((least, value) => Math.min(least, value), present[0] ?? Number.NaN);
  const high = present.reduce((most, value) => Math.max(most, value), present[0] ?? Number.NaN);
  return `${nameOf(series, names)} last ${text(lastOf(values))}, min ${text(low)}, max ${text(high)}`;
}

function busiestOf({ bounds, cells }: ReturnType<typeof bucketsOf>, unit: string): string {
  const now = cells.map((row) => lastOf(row) ?? 0);
  const most = now.indexOf(Math.max(...now));
  if (most < 0 || now[most] === 0) return bounds.length === 0 ? noValues : 'nothing observed now';
  const upper = bounds[most] as number;
  const lower = bounds[most - 1];
  const text = Number.isFinite(upper) ? `up to ${formatValue(upper, unit)}` : `above ${formatValue(lower, unit)}`;
  return `most observations ${text}: ${formatValue(now[most], '1/s')}`;
}
