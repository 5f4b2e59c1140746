/** A week of raw samples with resets and gaps, and exact figures of its windows. */

/** A sample: milliseconds since 1970, and its value. */
export type RawSample = readonly [at: number, value: number];

/** Samples of one series. */
export interface RawWeekSeries {
  readonly name: string;
  readonly labels: string;
  readonly samples: readonly RawSample[];
}

/** Scrape interval in milliseconds. */
const scrapeMs = 15_000;

const week = 7 * 86_400_000;

/** Returns a generator of pseudo-random integers from 0 below `limit`. */
export function integers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Returns the times of the scrapes that end at `end`: late by up to a second, and with gaps of minutes. */
export function scrapeTimes(end: number, random: (limit: number) => number): number[] {
  const times: number[] = [];
  for (let at = end - week; at < end; at += scrapeMs) {
    // Silences of two, four and eight minutes, each with a reset behind it.
    if (random(4_000) === 0) at += [120_000, 240_000, 480_000][times.length % 3] ?? 0;
    times.push(at + random(1_000));
  }
  return times;
}

/** Returns a counter that resets now and then, twice in a row, and to more than before. */
export function counterSamples(times: readonly number[], random: (limit: number) => number): RawSample[] {
  let value = 0;
  return times.map((at, index) => {
    const afterGap = index > 0 && at - (times[index - 1] ?? 0) > 60_000;
    if (afterGap || random(3_000) === 0) value = 0;
    value += random(50);
    return [at, value];
  });
}

/** Returns the increase of the samples whose step of the subquery is in a window: after a reset, the value itself. */
export function increaseOf(samples: readonly RawSample[], from: number, to: number, counts = samples): number {
  const step = scrapeMs / 2;
  const seen = (at: number) => Math.ceil(at / step) * step;
  let sum = 0;
  for (let index = firstAfter(samples, from - step); index < samples.length; index += 1) {
    const [[at, value], before] = [samples[index] as RawSample, samples[index - 1]];
    if (seen(at) > to) break;
    if (before === undefined || seen(at) <= from) continue;
    const isReset = (counts[index]?.[1] ?? 0) < (counts[index - 1]?.[1] ?? 0);
    sum += isReset ? value : value - before[1];
  }
  return sum;
}

/** Returns the values of the samples in a window, without its start. */
export function valuesIn(samples: readonly RawSample[], from: number, to: number): number[] {
  return samples.slice(firstAfter(samples, from), firstAfter(samples, to)).map(([, value]) => value);
}

/** Returns the index of the first sample after a time. */
function firstAfter(samples: readonly RawSample[], time: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle] as RawSample)[0] > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns OpenMetrics of families, each with its type and series. */
export function openMetrics(families: readonly { type: string; name: string; series: readonly RawWeekSeries[] }[]) {
  const texts = families.map(({ type, name, series }) => {
    const lines = series.flatMap((each) =>
      each.samples.map(([at, value]) => `${each.name}${each.labels} ${value} ${(at / 1_000).toFixed(3)}\n`),
    );
    return `# TYPE ${name} ${type}\n${lines.join('')}`;
  });
  return `${texts.join('')}# EOF\n`;
}
