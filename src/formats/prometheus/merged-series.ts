/** Series with equal labels, which an exposition shows as one series. */
import { NumberView, noExemplars } from '../../model/point-views.js';
import type { ExponentialPoint, HistogramPoint, NumberPoint, SeriesKey } from '../../model/points.js';
import { classicHistogram } from '../classic-buckets.js';
import { copyOfExponential, copyOfHistogram, sumOfExponentials, sumOfHistograms } from '../histogram-sums.js';
import type { Renderings } from './renderings.js';

/** Writes a point with the rendering of its series. */
export interface PointWriter<R> {
  number(rendered: R, point: NumberPoint): void;
  histogram(rendered: R, point: HistogramPoint): void;
  exponentialHistogram(rendered: R, point: ExponentialPoint): void;
}

type Merged =
  | { readonly kind: 'sum' | 'gauge'; readonly point: NumberPoint }
  | { readonly kind: 'histogram'; readonly point: HistogramPoint }
  | { readonly kind: 'exponential'; readonly point: ExponentialPoint };

/** Group of series with equal labels. It merges the points of one scrape at a time. */
export class MergedSeries<R> {
  readonly key: string;
  readonly rendered: R;
  /** Number of the scrape that found the labels to be equal. One point of it is written already. */
  readonly foundAt: number;
  /** Number of the last scrape with a point of a member. */
  scrape = 0;
  /** Number of points of that scrape. */
  points = 0;
  #merged: Merged | undefined;
  #member: { readonly stream: Renderings; readonly series: SeriesKey } | undefined;

  constructor(key: string, rendered: R, foundAt: number) {
    this.key = key;
    this.rendered = rendered;
    this.foundAt = foundAt;
  }

  /** Announces a point of a member. The point follows by an `add` method. Reports whether it is the first of the scrape. */
  visit(scrape: number, stream: Renderings, series: SeriesKey): boolean {
    const isFirst = this.scrape !== scrape;
    if (isFirst) {
      this.points = 0;
      this.#merged = undefined;
    }
    this.scrape = scrape;
    this.points++;
    this.#member = { stream, series };
    return isFirst;
  }

  /** Discards the rendering of the only member, which is then rendered on its own. */
  dissolve(): void {
    this.#member?.stream.delete(this.#member.series);
  }

  /** @param sum true to add the values; otherwise the value that was recorded last is kept. */
  addNumber(point: NumberPoint, sum: boolean): void {
    const before = this.#merged?.point as NumberPoint | undefined;
    const kind = sum && this.#merged?.kind !== 'gauge' ? 'sum' : 'gauge';
    if (before !== undefined && kind === 'gauge' && isNewer(before, point)) return;
    const { series, startUnixMs, endUnixMs, exemplars, value } = point;
    const view = new NumberView();
    view.begin(series, startUnixMs, endUnixMs, exemplars.length === 0 ? noExemplars : [...exemplars]);
    view.value = value;
    if (before !== undefined && kind === 'sum') {
      view.startUnixMs = Math.min(startUnixMs, before.startUnixMs);
      view.value += before.value;
      if ((before.exemplars[0]?.timeUnixMs ?? 0) > (exemplars[0]?.timeUnixMs ?? 0)) view.exemplars = before.exemplars;
    }
    this.#merged = { kind, point: view };
  }

  addHistogram(point: HistogramPoint): void {
    const before = this.#merged;
    if (before?.kind === 'histogram') this.#setHistogram(sumOfHistograms(before.point, point));
    else if (before?.kind === 'exponential') this.#setHistogram(sumOfHistograms(classicHistogram(before.point), point));
    else this.#setHistogram(copyOfHistogram(point));
  }

  addExponential(point: ExponentialPoint): void {
    const before = this.#merged;
    if (before?.kind === 'histogram') this.#setHistogram(sumOfHistograms(before.point, classicHistogram(point)));
    else if (before?.kind === 'exponential') this.#setExponential(sumOfExponentials(before.point, point));
    else this.#setExponential(copyOfExponential(point));
  }

  /** True if the values of the last scrape were added up; false if one of them is shown. */
  get isSum(): boolean {
    return this.#merged?.kind !== 'gauge';
  }

  /** Writes the merged point of the last scrape. */
  write(writer: PointWriter<R>): void {
    if (this.#merged?.kind === 'histogram') writer.histogram(this.rendered, this.#merged.point);
    else if (this.#merged?.kind === 'exponential') writer.exponentialHistogram(this.rendered, this.#merged.point);
    else if (this.#merged !== undefined) writer.number(this.rendered, this.#merged.point);
  }

  #setHistogram(point: HistogramPoint): void {
    this.#merged = { kind: 'histogram', point };
  }

  #setExponential(point: ExponentialPoint): void {
    this.#merged = { kind: 'exponential', point };
  }
}

/** Reports whether a gauge was recorded after another; if that is unknown, whether its series started later. */
function isNewer(gauge: NumberPoint, other: NumberPoint): boolean {
  const [turn, otherTurn] = [gauge.series.lastRecorded, other.series.lastRecorded];
  if (turn !== undefined && otherTurn !== undefined) return turn > otherTurn;
  return gauge.startUnixMs > other.startUnixMs;
}
