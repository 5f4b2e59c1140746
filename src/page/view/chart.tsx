/** Chart of series with its legend, and a text alternative for screen readers. */
import { effect, type Signal, signal, untracked } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bucketsOf } from '../buckets.js';
import type { OpenSeries } from '../live-data.js';
import { isHidden, period, theme } from '../page-state.js';
import { formatValue } from '../units.js';
import { type ChartLine, linesOf } from './chart-lines.js';
import type { HoveredIndex } from './crosshair.js';
import { Legend, lastOf, noValues, textsOf } from './legend.js';
import { Plot, type PlotOptions } from './plot.js';
import { useVisible } from './visibility.js';

const systemColors = matchMedia('(prefers-color-scheme: dark)');

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
  const [lines] = useState(() => signal<readonly ChartLine[] | undefined>(undefined));
  const [hovered] = useState(() => signal<HoveredIndex>(null));
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
        const all = linesOf({ source, panel, names, off: hiddenKeys }, values);
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
        <p class="legend muted">{busiest.value}</p>
      ) : (
        <Legend lines={lines.value} hovered={hovered} off={off} options={options} names={names} />
      )}
    </div>
  );
}

type Options = Omit<PlotOptions, 'height'>;

function ChartCanvas(props: {
  readonly title: string;
  readonly host: { current: HTMLDivElement | null };
  readonly lines: Signal<readonly ChartLine[] | undefined>;
  readonly busiest: Signal<string>;
  readonly options: Options;
  readonly height: number;
  readonly names: readonly string[];
}) {
  const { title, lines, busiest, options, names } = props;
  const texts = busiest.value === '' ? textsOf(lines.value, options, names) : [busiest.value];
  const label = texts === undefined ? title : `${title}: ${texts.join('; ')}`;
  // The height is fixed before the chart is drawn, so that nothing moves.
  const blank = texts === undefined || texts[0] === noValues ? 'blank' : '';
  return (
    <div
      class={`canvas ${blank}`}
      role="img"
      tabIndex={blank === '' ? 0 : undefined}
      aria-label={label}
      ref={props.host}
      style={{ height: `${props.height}px` }}
    />
  );
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
