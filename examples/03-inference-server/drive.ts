/** Runs the service under load, and prints one line of progress and a summary. */
import { setTimeout as wait } from 'node:timers/promises';
import { sendLoad } from './load.ts';
import { metrics } from './metrics.ts';
import { showProgress } from './progress.ts';
import { serveUntil } from './run.ts';
import { progressLine, summaryTable } from './summary.ts';

/** Serves, and sends requests for a number of seconds or until a signal. */
export async function drive(seconds: number | 'endless'): Promise<void> {
  await serveUntil(async ({ url }, stop) => {
    console.log(
      seconds === 'endless' ? 'Sending requests; press Ctrl-C to stop.' : `Sending requests for ${seconds} s.`,
    );
    const isOff = metrics.status().backends.length === 0;
    const endProgress = isOff
      ? () => {}
      : showProgress(process.stdout, () => progressLine(metrics.summary().inference));
    const load = await sendLoad(url, seconds === 'endless' ? stop : after(seconds, stop)).finally(endProgress);
    console.log(isOff ? 'No summary: metrics are off.' : `\n${summaryTable(metrics.summary().inference, load)}`);
  });
}

/** Returns a signal that aborts with `stop` or after `seconds`. */
function after(seconds: number, stop: AbortSignal): AbortSignal {
  const end = new AbortController();
  const over = () => end.abort();
  wait(seconds * 1_000, undefined, { signal: stop }).then(over, over);
  return end.signal;
}
