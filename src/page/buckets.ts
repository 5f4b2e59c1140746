/** Cells of a heatmap from the series of a histogram's buckets, whose legends are their upper bounds. */

/** Rows of a heatmap at least, if there are as many buckets: a single row would fill it as one block. */
const fewest = 6;

/** Buckets by their upper bound, ascending; without empty ones at both ends, except as `fewest` demands. */
export interface Buckets {
  readonly bounds: readonly number[];
  /** For each bucket, the observations at each time. */
  readonly cells: readonly (readonly (number | null)[])[];
  readonly highest: number;
}

/** Returns the bound in a legend, or `NaN`. */
function boundOf(legend: string): number {
  const text = legend.trim();
  return /^\+?inf$/i.test(text) ? Number.POSITIVE_INFINITY : text === '' ? Number.NaN : Number(text);
}

/** Returns the buckets of series. Cumulative counts, as in Prometheus, become those of single buckets. */
export function bucketsOf(series: readonly { legend: string; values: readonly (number | null)[] }[]): Buckets {
  const sorted = series
    .map(({ legend, values }) => ({ bound: boundOf(legend), values }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((a, b) => a.bound - b.bound);
  const times = sorted[0]?.values.length ?? 0;
  const cells = sorted.map(({ values }) => [...values]);
  let isCumulative = true;
  for (let bucket = 1; bucket < sorted.length; bucket++) {
    for (let time = 0; time < times; time++) {
      const below = sorted[bucket - 1]?.values[time] ?? 0;
      const value = sorted[bucket]?.values[time];
      // Rates are rounded: a bucket may lie below the one that it contains by a rounding error.
      if (value !== null && value !== undefined && value < below * (1 - 1e-9)) isCumulative = false;
    }
  }
  if (isCumulative) {
    for (let bucket = sorted.length - 1; bucket > 0; bucket--) {
      const row = cells[bucket] as (number | null)[];
      row.forEach((value, time) => {
        if (value !== null) row[time] = Math.max(0, value - (cells[bucket - 1]?.[time] ?? 0));
      });
    }
  }
  const isUsed = (row: readonly (number | null)[]) => row.some((value) => value !== null && value > 0);
  let first = cells.findIndex(isUsed);
  let end = cells.findLastIndex(isUsed) + 1;
  const isEmpty = first < 0;
  for (let isAbove = false; !isEmpty && end - first < Math.min(fewest, cells.length); isAbove = !isAbove) {
    if (isAbove && end < cells.length) end += 1;
    else if (!isAbove && first > 0) first -= 1;
  }
  const used = isEmpty ? [] : cells.slice(first, end);
  return {
    bounds: isEmpty ? [] : sorted.slice(first, end).map(({ bound }) => bound),
    cells: used,
    highest: used.reduce((high, row) => row.reduce<number>((top, value) => Math.max(top, value ?? 0), high), 0),
  };
}
