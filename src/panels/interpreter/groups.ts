/** Merges series by labels, and selects the largest or smallest ones. */
import type { Aggregate, Top } from '../query.js';
import { Accumulator } from './accumulator.js';
import { ExponentialSum } from './exponential-sum.js';
import type { Labels } from './history.js';
import { keyOn, pick } from './label-keys.js';
import type { Element, Vector } from './vector.js';

interface Group {
  readonly labels: Labels;
  readonly numbers: Accumulator;
  histogram: ExponentialSum | undefined;
}

/** Returns one element for each group of series. Histograms can only be added to each other. */
export function aggregated({ function: name, by }: Omit<Aggregate, 'of'>, vector: Vector): Vector {
  const groups = new Map<string, Group>();
  for (const { labels, value, histogram } of vector) {
    if (histogram !== undefined && name !== 'sum') continue;
    const key = keyOn(labels, by);
    let group = groups.get(key);
    if (group === undefined) {
      group = { labels: pick(labels, by), numbers: new Accumulator(), histogram: undefined };
      groups.set(key, group);
    }
    if (histogram === undefined) group.numbers.add(value);
    else {
      group.histogram ??= new ExponentialSum();
      group.histogram.add(histogram);
    }
  }
  const elements: Element[] = [];
  for (const { labels, numbers, histogram } of groups.values()) {
    if (histogram === undefined) elements.push({ labels, value: numbers.result(name) });
    else if (numbers.count === 0) elements.push({ labels, value: Number.NaN, histogram });
  }
  return elements;
}

/** Returns the largest or smallest elements, in this order. NaN comes last. */
export function top({ function: name, count }: Omit<Top, 'of'>, vector: Vector): Vector {
  const sign = name === 'topk' ? -1 : 1;
  return vector
    .filter(({ histogram }) => histogram === undefined)
    .sort(({ value: one }, { value: other }) => {
      if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
      return one === other ? 0 : sign * (one - other);
    })
    .slice(0, count);
}
