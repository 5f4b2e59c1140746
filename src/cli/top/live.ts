/** The live table: scrapes at an interval, and draws after each scrape, key and resize. */
import type { EventEmitter } from 'node:events';
import { messageOf } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import { openFullScreen, type Terminal } from './full-screen.js';
import { type RenderedScreen, renderScreen, type TopState } from './render-screen.js';
import { scrape } from './scrape.js';
import type { ScrapeTarget } from './target.js';
import { pressed, type View } from './view.js';

/** Terminal, time and signals of the process. */
export interface Host extends Terminal {
  readonly clock: Clock;
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
  readonly isColored: boolean;
  /** Stops the process until a shell continues it; `undefined` where the system cannot. */
  readonly stop?: (() => void) | undefined;
  /** Waits for the next scrape. Rejects when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/** Signals that end the table, and the exit codes of shells for them. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const defaultSize = { columns: 80, rows: 24 };

/**
 * Shows the table until a key or a signal ends it.
 *
 * @returns exit code: 0 after a key, 128 and the number of the signal otherwise.
 */
export async function runLive(target: ScrapeTarget, start: View, host: Host): Promise<number> {
  const { output, clock, signals } = host;
  const end = new AbortController();
  let exitCode = 0;
  let view = start;
  let state: TopState = target;
  let rendered: RenderedScreen | undefined;
  const finish = (code: number) => {
    exitCode = code;
    end.abort();
  };
  const draw = () => {
    if (end.signal.aborted) return;
    const size = { columns: output.columns || defaultSize.columns, rows: output.rows || defaultSize.rows };
    rendered = renderScreen(state, view, { ...size, isColored: host.isColored });
    view = rendered.view;
    screen.draw(rendered.lines);
  };
  const screen = openFullScreen(host, {
    key(key) {
      if (key.ctrl && key.name === 'z') {
        if (host.stop !== undefined) screen.suspend(host.stop);
        return;
      }
      const next = pressed(view, key, rendered ?? { rows: 0, height: 0, metric: undefined });
      if (next === undefined) return finish(0);
      view = next;
      draw();
    },
    resize: draw,
    gone: () => finish(exitCodes.SIGHUP),
  });
  const listeners = [
    ...Object.entries(exitCodes).map(([signal, code]) => [signal, () => finish(code)] as const),
    ['SIGCONT', screen.resume] as const,
  ];
  for (const [signal, listener] of listeners) signals.on(signal, listener);
  try {
    draw();
    while (!end.signal.aborted) {
      const startMs = clock.monotonicMs();
      if (!view.isPaused) {
        state = await scraped(state, target, clock, end.signal);
        draw();
      }
      const waitMs = Math.max(0, target.intervalMs - (clock.monotonicMs() - startMs));
      await host.wait(waitMs, end.signal).catch(() => {});
    }
  } finally {
    screen.close();
    for (const [signal, listener] of listeners) signals.off(signal, listener);
  }
  return exitCode;
}

/** Returns the state after another scrape. A failure keeps the last table. */
async function scraped(state: TopState, target: ScrapeTarget, clock: Clock, signal: AbortSignal): Promise<TopState> {
  const atUnixMs = clock.nowUnixMs();
  try {
    const now = await scrape(target, clock, signal);
    return { ...state, now, before: state.now, failure: undefined };
  } catch (error) {
    const { count = 0, sinceUnixMs = atUnixMs } = state.failure ?? {};
    return { ...state, failure: { message: messageOf(error), count: count + 1, sinceUnixMs } };
  }
}
