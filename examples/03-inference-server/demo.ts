/**
 * The server and clients that keep it busy: `npm run demo`, or `npm run demo -- --for 10` to end after ten seconds.
 *
 * Ends with a table of what the clients saw.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sendLoad } from './load.ts';
import { serveUntil } from './run.ts';
import { summarize } from './summary.ts';

const mostSeconds = 86_400;
const seconds = readArguments();
if (seconds !== undefined) {
  await serveUntil(async ({ url, totals }, stop) => {
    console.log(seconds === 'endless' ? 'Sending requests; Ctrl-C ends.' : `Sending requests for ${seconds} s.`);
    const load = await sendLoad(url, seconds === 'endless' ? stop : after(seconds, stop));
    console.log(`\n${summarize(load, totals)}`);
  });
}

/** Aborts with `stop`, or when the time is over. */
function after(seconds: number, stop: AbortSignal): AbortSignal {
  const end = new AbortController();
  const over = () => end.abort();
  sleep(seconds * 1_000, undefined, { signal: stop }).then(over, over);
  return end.signal;
}

/** Seconds to run for; `undefined` when the arguments are wrong, which it has said. */
function readArguments(): number | 'endless' | undefined {
  try {
    const { values } = parseArgs({ options: { for: { type: 'string' } } });
    if (values.for === undefined) return 'endless';
    const seconds = Number(values.for);
    if (seconds > 0 && seconds <= mostSeconds) return seconds;
    console.error(`--for ${values.for}: expected seconds above 0, at most ${mostSeconds}.`);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: npm run demo [-- --for SECONDS]`);
  }
  process.exitCode = 1;
  return undefined;
}
