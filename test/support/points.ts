/** Points as walks pass them, written by hand. */
import type { Attributes } from '@opentelemetry/api';
import { ExponentialView, HistogramView, NumberView } from '../../src/model/point-views.js';
import type { ExponentialPoint, HistogramPoint, NumberPoint, Point, SeriesKey } from '../../src/model/points.js';

/** Keys of series: the same for the same attribute object, with the indexes of retired series reused. */
export class SeriesKeys {
  readonly #keys = new Map<Attributes, SeriesKey>();
  readonly #free: number[] = [];

  of(attributes: Attributes): SeriesKey {
    let key = this.#keys.get(attributes);
    if (key === undefined) {
      key = { attributes, index: this.#free.pop() ?? this.#keys.size };
      this.#keys.set(attributes, key);
    }
    return key;
  }

  retire(attributes: Attributes): void {
    const key = this.#keys.get(attributes);
    if (key === undefined) return;
    this.#keys.delete(attributes);
    this.#free.push(key.index);
  }
}

type Common = Pick<Point, 'series' | 'startUnixMs' | 'endUnixMs'> & Partial<Pick<Point, 'exemplars'>>;
type Fields<P extends Point> = Common & Omit<P, keyof Point>;

export function numberPoint(fields: Fields<NumberPoint>): NumberPoint {
  return Object.assign(new NumberView(), fields);
}

export function histogramPoint(fields: Fields<HistogramPoint>): HistogramPoint {
  return Object.assign(new HistogramView(), fields);
}

export function exponentialPoint(fields: Fields<ExponentialPoint>): ExponentialPoint {
  return Object.assign(new ExponentialView(), fields);
}

/** Returns a point with other exemplars. */
export function withExemplars<P extends Point>(point: P, exemplars: Point['exemplars']): P {
  return Object.create(point, { exemplars: { value: exemplars } }) as P;
}
