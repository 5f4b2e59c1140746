/** A scrape as a model: sums of samples, and what they must agree with. */
import { parseExposition } from 'otelier/testing';
import { expect } from 'vitest';

/** A sample of a family. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** The parts of a metric definition that limit its series. */
interface Limited {
  readonly attributes: { readonly [key: string]: { readonly limit?: number; readonly values?: readonly unknown[] } };
}

type Filter = (sample: Sample) => boolean;
const all: Filter = () => true;

/** Ranges of gauges by name; other gauges are 0 or more. */
const ranges: readonly [name: RegExp, max: number][] = [
  [/agent_cost_ratio$/, Number.MAX_SAFE_INTEGER],
  [/_percent$/, 100],
  [/_quality_score$/, 100],
  [/(?:_ratio|temporal_consistency|audit_enabled)$/, 1],
];

/** The parsed text of one scrape. */
export class Scrape {
  readonly #families: ReturnType<typeof parseExposition>;

  constructor(text: string) {
    this.#families = parseExposition(text);
  }

  /** Returns the sum of the samples of a name. */
  sum(name: string, filter: Filter = all): number {
    return this.#samples(name)
      .filter(filter)
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Returns the sum of all counters and counts of histograms, without sums that are too large to grow by 1. */
  total(): number {
    return this.#families
      .flatMap(({ type, samples }) =>
        samples.filter(({ name }) => type === 'counter' || (type === 'histogram' && name.endsWith('_count'))),
      )
      .reduce((sum, { value }) => (value < 2 ** 40 ? sum + value : sum), 0);
  }

  /** Expects finite values, and gauges in their ranges. */
  expectRanges(): void {
    for (const { name: family, type, samples } of this.#families) {
      for (const { name, value } of samples) {
        // Improvements may be negative.
        const min = name === 'agent_switch_quality_improvement_sum' ? -1e9 : 0;
        const [, max] = (type === 'gauge' && ranges.find(([of]) => of.test(family))) || ['', Number.MAX_VALUE];
        expect([name, value, value >= min && value <= max]).toEqual([name, value, true]);
      }
    }
  }

  /** Expects at most as many values of each label as any metric declares, and `_OTHER`. */
  expectLimits(metrics: readonly Limited[]): void {
    const limits = new Map<string, number>();
    for (const { attributes } of metrics) {
      for (const [key, { limit = 0, values = [] }] of Object.entries(attributes)) {
        const label = key.replaceAll('.', '_');
        limits.set(label, Math.max(limits.get(label) ?? 0, limit, values.length));
      }
    }
    for (const { name, samples } of this.#families) {
      expect(samples.length).toBeLessThan(2_000 * 20);
      for (const [label, limit] of limits) {
        const seen = new Set(samples.flatMap(({ labels }) => labels.get(label) ?? []));
        seen.delete('_OTHER');
        expect([name, label, seen.size <= limit]).toEqual([name, label, true]);
      }
    }
  }

  /** Expects that gauges are 0 or have no samples. */
  expectZero(...names: string[]): void {
    for (const name of names) expect([name, this.sum(name)]).toEqual([name, 0]);
  }

  /** Expects a gauge of a share to be computed from the same events as a counter: `scale` × having / (having + lacking). */
  expectShare(
    gauge: string,
    counter: string,
    by: readonly string[],
    having: Filter,
    lacking: Filter,
    scale: number,
  ): void {
    const [with_, without] = [this.#by(counter, by, having), this.#by(counter, by, lacking)];
    const shares = new Map<string, number>();
    for (const key of new Set([...with_.keys(), ...without.keys()])) {
      const [has, lacks] = [with_.get(key) ?? 0, without.get(key) ?? 0];
      if (has + lacks > 0) shares.set(key, (scale * has) / (has + lacks));
    }
    this.#expectClose(gauge, this.#by(gauge, by), shares);
  }

  /** Expects a gauge of a rate to be a counter divided by `seconds`. A gauge may be 0, or absent, where the counter is 0. */
  expectRate(gauge: string, counter: string, by: readonly string[], seconds: number, filter: Filter = all): void {
    const nonZero = (values: Map<string, number>) => new Map([...values].filter(([, value]) => value !== 0));
    const counted = [...this.#by(counter, by, filter)].map(([key, count]): [string, number] => [key, count / seconds]);
    this.#expectClose(gauge, nonZero(this.#by(gauge, by)), nonZero(new Map(counted)));
  }

  #expectClose(name: string, actual: Map<string, number>, expected: Map<string, number>): void {
    expect([name, [...actual.keys()].sort()]).toEqual([name, [...expected.keys()].sort()]);
    for (const [key, value] of expected) expect(actual.get(key), `${name} ${key}`).toBeCloseTo(value, 6);
  }

  /** Returns sums by labels. An absent label counts as `_OTHER`, which a window uses for values that are not names. */
  #by(name: string, labels: readonly string[], filter: Filter = all): Map<string, number> {
    const sums = new Map<string, number>();
    for (const sample of this.#samples(name).filter(filter)) {
      const key = labels.map((label) => sample.labels.get(label) ?? '_OTHER').join('/');
      sums.set(key, (sums.get(key) ?? 0) + sample.value);
    }
    return sums;
  }

  #samples(name: string): readonly Sample[] {
    return this.#families.flatMap(({ samples }) => samples.filter((sample) => sample.name === name));
  }
}
