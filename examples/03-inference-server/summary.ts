/** Formats `metrics.summary()` for people: one line of progress, and a table at the end. */
import type { Load } from './load.ts';
import type { metrics } from './metrics.ts';

/** Summary of the metrics of the pack. */
type Server = ReturnType<typeof metrics.summary>['inference'];

type Row = readonly [label: string, value: string, unit?: string];

/** Returns the progress so far. */
export function progressLine({ requestCount, requestLatency, requestErrors }: Server): string {
  const rate = requestCount.rate.toFixed(1);
  const requests = counted(requestCount.total, 'request');
  const errors = counted(requestErrors.total, 'error');
  return `${requests}, ${rate} per second, p95 ${milliseconds(requestLatency.p95)} ms, ${errors}`;
}

/** Returns lines of label, right-aligned value, and unit. */
export function summaryTable(server: Server, { seconds, unexpected }: Load): string {
  const { requestCount, requestErrors, requestLatency, documentsScored, batchSize, paddedTokens, totalTokens } = server;
  const errors = requestErrors.series.map(({ attributes, total }) => `${attributes['error.type']} ${whole(total)}`);
  return table([
    ['requests', whole(requestCount.total), `in ${seconds.toFixed(1)} s`],
    ['errors', whole(requestErrors.total), errors.join(', ')],
    ['unexpected responses', whole(unexpected)],
    ['requests per second', ratio(requestCount.total, seconds).toFixed(1)],
    ['latency, mean', milliseconds(requestLatency.mean), 'ms'],
    ['latency, p50', milliseconds(requestLatency.p50), 'ms'],
    ['latency, p95', milliseconds(requestLatency.p95), 'ms'],
    ['latency, p99', milliseconds(requestLatency.p99), 'ms'],
    ['latency, largest', milliseconds(requestLatency.max), 'ms'],
    ['documents scored', whole(documentsScored.total)],
    ['batches', whole(batchSize.count)],
    ['batch size, mean', (batchSize.mean ?? 0).toFixed(1), 'documents'],
    [
      'padding',
      (100 * ratio(paddedTokens.total, paddedTokens.total + totalTokens.total)).toFixed(1),
      '% of the tokens sent to the model',
    ],
  ]);
}

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? '–' : (seconds * 1_000).toFixed(2));
const ratio = (part: number, of: number) => (of === 0 ? 0 : part / of);
const whole = (count: number) => count.toLocaleString('en-US');
const counted = (count: number, noun: string) => `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;

function table(rows: readonly Row[]): string {
  const labels = Math.max(...rows.map(([label]) => label.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  return rows
    .map(([label, value, unit = '']) => `${label.padEnd(labels)}  ${value.padStart(values)} ${unit}`.trimEnd())
    .join('\n');
}
