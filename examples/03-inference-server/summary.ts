/** Formats the results of a run as a table. */
import type { Load } from './load.ts';
import type { Totals } from './pipeline.ts';

type Row = readonly [label: string, value: string, unit?: string];

/** Returns lines of label, right-aligned value, and unit. */
export function summarize(load: Load, totals: Readonly<Totals>): string {
  const { seconds, requests, refused, unexpected } = load;
  const sorted = load.latencies.toSorted((a, b) => a - b);
  const mean = ratio(
    sorted.reduce((sum, latency) => sum + latency, 0),
    sorted.length,
  );
  const allTokens = totals.tokens + totals.paddingTokens;
  return table([
    ['requests', whole(requests), `in ${seconds.toFixed(1)} s`],
    ['errors', whole(refused + unexpected), `(${refused} invalid on purpose)`],
    ['requests per second', ratio(requests, seconds).toFixed(1)],
    ['latency, mean', mean.toFixed(2), 'ms'],
    ['latency, p50', percentile(sorted, 0.5).toFixed(2), 'ms'],
    ['latency, p95', percentile(sorted, 0.95).toFixed(2), 'ms'],
    ['latency, p99', percentile(sorted, 0.99).toFixed(2), 'ms'],
    ['documents scored', whole(totals.documents)],
    ['batches', whole(totals.batches)],
    ['batch size, mean', ratio(totals.documents, totals.batches).toFixed(1), 'documents'],
    ['padding', (100 * ratio(totals.paddingTokens, allTokens)).toFixed(1), '% of the tokens sent to the model'],
  ]);
}

/** Returns the smallest value that at least this share of the values does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

const ratio = (part: number, of: number) => (of === 0 ? 0 : part / of);
const whole = (count: number) => count.toLocaleString('en-US');

function table(rows: readonly Row[]): string {
  const labels = Math.max(...rows.map(([label]) => label.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  return rows
    .map(([label, value, unit = '']) => `${label.padEnd(labels)}  ${value.padStart(values)} ${unit}`.trimEnd())
    .join('\n');
}
