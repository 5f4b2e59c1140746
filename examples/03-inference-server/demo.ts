/**
 * Runs the server and sends load to it: `npm run demo`, or `npm run demo -- --for 10` to stop after ten seconds.
 *
 * Shows one line of progress, and a summary at the end, both made from `metrics.summary()`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sendLoad } from './load.ts';
import { metrics } from './metrics.ts';
import { showProgress } from './progress.ts';
import { serveUntil } from './run.ts';
import { progressLine, summaryTable } from './summary.ts';

const maximumSeconds = 86_400;
const seconds = readArguments();
if (seconds !== undefined) {
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

/** Returns the seconds to run for, or `undefined` after reporting invalid arguments. */
function readArguments(): number | 'endless' | undefined {
  try {
    const { values } = parseArgs({ options: { for: { type: 'string' } } });
    if (values.for === undefined) return 'endless';
    const seconds = Number(values.for);
    if (seconds > 0 && seconds <= maximumSeconds) return seconds;
    console.error(`--for ${values.for}: expected seconds above 0, at most ${maximumSeconds}.`);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: npm run demo [-- --for SECONDS]`);
  }
  process.exitCode = 1;
  return undefined;
}
