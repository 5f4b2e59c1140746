/**
 * Runs the server and sends load to it: `npm run demo`, or `npm run demo -- --for 10` to stop after ten seconds.
 *
 * Prints a summary of the load at the end.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sendLoad } from './load.ts';
import { serveUntil } from './run.ts';
import { summarize } from './summary.ts';

const maximumSeconds = 86_400;
const seconds = readArguments();
if (seconds !== undefined) {
  await serveUntil(async ({ url, totals }, stop) => {
    console.log(
      seconds === 'endless' ? 'Sending requests; press Ctrl-C to stop.' : `Sending requests for ${seconds} s.`,
    );
    const load = await sendLoad(url, seconds === 'endless' ? stop : after(seconds, stop));
    console.log(`\n${summarize(load, totals)}`);
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
