/** Runs `otelier top`: the live table on a terminal, one table elsewhere. */
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../model/clock.js';
import { runLive } from './live.js';
import { renderOnce } from './render-screen.js';
import { scrape } from './scrape.js';
import { type ScrapeTarget, targetOf } from './target.js';
import { type Order, type View, viewOf } from './view.js';

/** Flags as given. */
export interface TopFlags {
  readonly interval: string;
  readonly filter: string;
  readonly sort: Order;
  readonly series: boolean;
  readonly once: boolean;
  readonly header: readonly string[];
}

/**
 * Runs the command.
 *
 * @returns exit code.
 * @throws {Error} for invalid arguments, and for an endpoint that cannot be scraped when one table is printed.
 */
export async function runTop(url: string, flags: TopFlags): Promise<number> {
  const target = targetOf(url, flags);
  const view = viewOf(flags);
  const { stdin: input, stdout: output, env } = process;
  const isTerminal = input.isTTY && output.isTTY && env['TERM'] !== 'dumb';
  if (flags.once || !isTerminal) return printOnce(target, view);
  const isColored = (env['NO_COLOR'] ?? '') === '';
  const wait = (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal });
  // The whole group, as the terminal does it: a shell waits for the program that started this one, such as npx.
  const stop = process.platform === 'win32' ? undefined : () => void process.kill(0, 'SIGTSTP');
  return runLive(target, view, { input, output, clock: systemClock, signals: process, isColored, wait, stop });
}

/** Prints the table of two scrapes, because a rate needs two. */
async function printOnce(target: ScrapeTarget, view: View): Promise<number> {
  const { signal } = new AbortController();
  const before = await scrape(target, systemClock, signal);
  await delay(target.intervalMs);
  const now = await scrape(target, systemClock, signal);
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  process.stdout.write(`${renderOnce({ ...target, now, before }, view, columns).join('\n')}\n`);
  return 0;
}
