/** Charts of uPlot: lines, stacked areas and heatmaps, with one crosshair for all. */
import uPlot from 'uplot';
import type { Threshold } from '../../panels/panel.js';
import type { Buckets } from '../buckets.js';
import { timeLabel } from '../time-labels.js';
import { formatValue } from '../units.js';
import type { ChartLine } from './chart-lines.js';
import { color, seriesColor, withOpacity } from './colors.js';
import { crosshairHooks, crosshairOptions, type HoveredIndex } from './crosshair.js';
import { listenForCrosshair } from './crosshair-input.js';
import { stacked, stackedPaths } from './stack.js';

/** Options of a chart. */
export interface PlotOptions {
  readonly unit: string;
  readonly decimals?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly isStacked?: boolean | undefined;
  readonly thresholds: readonly Threshold[];
  readonly height: number;
}

/** Line of a chart. Its color is a number from 0. */
type Line = Pick<ChartLine, 'color' | 'isDashed' | 'values'>;

/** Values of a chart. */
export interface PlotValues {
  /** Seconds. */
  readonly times: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly lines: readonly Line[];
  /** Buckets of a heatmap, instead of lines. */
  readonly buckets?: Buckets;
}

const crosshair = uPlot.sync('page');
const font = '11px ui-sans-serif, system-ui, sans-serif';

/** Chart in an element. It is made again when other series are shown. */
export class Plot {
  readonly #host: HTMLElement;
  readonly #options: PlotOptions;
  readonly #onHover: (index: HoveredIndex) => void;
  readonly #endInput: () => void;
  #chart: uPlot | undefined;
  #signature = '';
  #values: PlotValues | undefined;

  /** @param onHover called with the position of the time under the crosshair. */
  constructor(host: HTMLElement, options: PlotOptions, onHover: (index: HoveredIndex) => void) {
    this.#host = host;
    this.#options = options;
    this.#onHover = onHover;
    this.#endInput = listenForCrosshair(host, () => this.#chart);
  }

  draw(values: PlotValues): void {
    this.#values = values;
    const { lines, buckets } = values;
    const signature = JSON.stringify([lines.map(({ color: number, isDashed }) => [number, isDashed]), buckets?.bounds]);
    const rows = this.#options.isStacked ? stacked(lines.map((line) => line.values)) : lines.map((line) => line.values);
    const series = buckets === undefined ? rows : [values.times.map(() => null)];
    const table = [values.times, ...series] as unknown as uPlot.AlignedData;
    if (this.#chart === undefined || signature !== this.#signature) {
      this.#chart?.destroy();
      this.#signature = signature;
      this.#chart = new uPlot(this.#chartOptions(values), table, this.#host);
    } else this.#chart.setData(table);
  }

  resize(): void {
    const width = this.#host.clientWidth;
    if (width > 0) this.#chart?.setSize({ width, height: this.#options.height });
  }

  /** Draws again with the current colors. */
  recolor(): void {
    this.#signature = '';
    if (this.#values !== undefined) this.draw(this.#values);
  }

  destroy(): void {
    this.#endInput();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  #chartOptions({ lines, buckets }: PlotValues): uPlot.Options {
    const { unit, decimals, isStacked = false, height } = this.#options;
    const axis = {
      stroke: color('--muted'),
      font,
      grid: { stroke: color('--grid'), width: 1 },
      ticks: { show: false },
    };
    const bands = isStacked
      ? lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] }))
      : [];
    return {
      width: Math.max(this.#host.clientWidth, 120),
      height,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: crosshairOptions(crosshair.key, (series) => this.#valuesOf(series)),
      scales: {
        x: { time: true, range: () => [this.#values?.from ?? 0, this.#values?.to ?? 1] },
        y: { range: (_, low, high) => this.#rangeOf(low, high) },
      },
      axes: [
        { ...axis, size: 24, gap: 4, space: 64, values: timeLabels, grid: { show: false } },
        {
          ...axis,
          size: 60,
          gap: 6,
          space: 28,
          ...(buckets === undefined
            ? { values: (_: uPlot, splits: number[]) => splits.map((value) => formatValue(value, unit, decimals)) }
            : boundAxis(buckets, unit)),
        },
      ],
      series: [{}, ...(buckets === undefined ? lines.map((line) => this.#line(line, isStacked)) : [{ show: false }])],
      bands,
      plugins: [{ hooks: crosshairHooks(this.#onHover) }],
      hooks: {
        drawAxes: [(chart) => this.#drawThresholds(chart)],
        ...(buckets === undefined ? {} : { draw: [(chart: uPlot) => this.#drawBuckets(chart)] }),
      },
    };
  }

  /** Returns the values of a series of the chart, whose first series is the times. */
  #valuesOf(series: number): readonly (number | null)[] {
    return this.#values?.lines[series - 1]?.values ?? [];
  }

  #line({ color: number, isDashed }: Line, isStacked: boolean): uPlot.Series {
    const stroke = color(seriesColor(number));
    return {
      stroke,
      ...(isStacked ? { paths: stackedPaths((series) => this.#valuesOf(series)) } : {}),
      width: 1.5,
      fill: isStacked ? withOpacity(stroke, 0.28) : this.#values?.lines.length === 1 ? withOpacity(stroke, 0.1) : '',
      points: { show: false },
      ...(isDashed ? { dash: [5, 3] } : {}),
    };
  }

  /** Amounts start at 0. Thresholds in reach are on the chart. */
  #rangeOf(low: number | null, high: number | null): [number, number] {
    const { buckets } = this.#values ?? {};
    if (buckets !== undefined) return [0, Math.max(1, buckets.bounds.length)];
    const { min, max, thresholds, unit } = this.#options;
    const top = Math.max(high ?? 0, low ?? 0);
    const bottom = min ?? Math.min(0, low ?? 0);
    const near = thresholds.map(({ from }) => from).filter((from) => from <= top * 1.6 && Number.isFinite(from));
    const reached = Math.max(top, ...near);
    const full = unit === '1' ? 1 : unit === '%' ? 100 : undefined;
    const limit = max ?? (full !== undefined && reached <= full && reached > full / 2 ? full : undefined);
    if (limit !== undefined && limit >= reached) return [bottom, limit];
    return [bottom, reached > bottom ? bottom + (reached - bottom) * 1.12 : bottom + 1];
  }

  #drawThresholds({ ctx, bbox, valToPos, scales }: uPlot): void {
    if (this.#values?.buckets !== undefined) return;
    const { max = 0, min = 0 } = scales['y'] ?? {};
    const { thresholds } = this.#options;
    for (const [index, { from, level }] of thresholds.entries()) {
      if (level === 'good' || from <= min || from >= max) continue;
      const y = Math.round(valToPos(from, 'y', true));
      const top = Math.max(bbox.top, valToPos(thresholds[index + 1]?.from ?? max, 'y', true));
      ctx.save();
      ctx.fillStyle = withOpacity(color(`--${level}`), 0.05);
      ctx.fillRect(bbox.left, top, bbox.width, y - top);
      ctx.strokeStyle = withOpacity(color(`--${level}`), 0.8);
      ctx.setLineDash([4, 4]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y + 0.5);
      ctx.lineTo(bbox.left + bbox.width, y + 0.5);
      ctx.stroke();
      ctx.restore();
    }
  }

  #drawBuckets({ ctx, bbox, valToPos }: uPlot): void {
    const { buckets, times = [] } = this.#values ?? {};
    if (buckets === undefined || times.length === 0) return;
    const cell = color('--series-1');
    // Columns narrower than 3 pixels show the highest value of their times.
    const step = Math.max(1, Math.ceil((times.length * 3 * devicePixelRatio) / bbox.width));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (let start = 0; start < times.length; start += step) {
      const time = times[start] as number;
      const next = times[start + step] ?? time + step;
      const left = valToPos(time, 'x', true);
      const width = valToPos(Math.min(next, time + step * 2), 'x', true) - left;
      buckets.cells.forEach((row, bucket) => {
        const value = row.slice(start, start + step).reduce<number>((high, each) => Math.max(high, each ?? 0), 0);
        if (value <= 0) return;
        ctx.fillStyle = withOpacity(cell, 0.08 + 0.92 * Math.sqrt(value / buckets.highest));
        const top = valToPos(bucket + 1, 'y', true);
        ctx.fillRect(left, top + 0.5, Math.ceil(width), valToPos(bucket, 'y', true) - top - 1);
      });
    }
    ctx.restore();
  }
}

/** Returns the axis of buckets: the bound at the upper edge of each, as many as fit. */
function boundAxis({ bounds }: Buckets, unit: string) {
  const step = Math.ceil(bounds.length / 6);
  return {
    splits: () => bounds.map((_, index) => index + 1).filter((edge) => edge % step === 0),
    values: (_: uPlot, splits: number[]) => splits.map((edge) => formatValue(bounds[edge - 1], unit)),
  };
}

/** Returns the labels of the time axis. */
function timeLabels(chart: uPlot, splits: readonly number[]): string[] {
  const width = chart.valToPos(chart.scales['x']?.max ?? 0, 'x');
  return splits.map((seconds) => timeLabel(seconds, chart.valToPos(seconds, 'x'), width));
}
