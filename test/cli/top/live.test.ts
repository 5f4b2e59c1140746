/** The live table on a fake terminal, over a real HTTP server: keys, failures, sizes and the end. */
import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Host, runLive } from '../../../src/cli/top/live.js';
import { targetOf } from '../../../src/cli/top/target.js';
import { viewOf } from '../../../src/cli/top/view.js';
import { systemClock } from '../../../src/model/clock.js';
import { type Answer, startHttpPeer } from '../../support/http-peer.js';
import { FakeTerminal, keys } from './fake-terminal.js';

let peer: Awaited<ReturnType<typeof startHttpPeer>>;
let answer: (count: number) => Answer;
let terminal: FakeTerminal;
let signals: EventEmitter;
let ended: Promise<number> | undefined;

const exposition = (count: number) =>
  [
    '# TYPE b_total counter',
    ...['x', 'y'].map((label, index) => `b_total{l="${label}"} ${count * (index + 1)}`),
    '# TYPE a gauge',
    'a 7',
    ...Array.from({ length: 30 }, (_, index) => `z${String(index).padStart(2, '0')} ${index}`),
    '',
  ].join('\n');

beforeEach(async () => {
  answer = (count) => ({ status: 200, body: exposition(count) });
  peer = await startHttpPeer((_, count) => answer(count));
  terminal = new FakeTerminal();
  signals = new EventEmitter();
  wait = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal });
});
afterEach(async () => {
  signals.emit('SIGTERM');
  await ended;
  await peer.close();
  ended = undefined;
});

let wait: Host['wait'];

/** Starts the table. */
async function start(flags: Partial<Parameters<typeof viewOf>[0]> = {}, interval = '100ms', stop?: () => void) {
  const target = targetOf(peer.url, { interval, header: [] });
  const view = viewOf({ sort: 'name', filter: '', series: false, ...flags });
  const { input, output } = terminal.streams;
  ended = runLive(target, view, { input, output, signals, clock: systemClock, isColored: false, wait, stop });
  return ended;
}

const shows = (...texts: readonly (string | RegExp)[]) =>
  vi.waitFor(
    () => {
      for (const text of texts) expect(terminal.lines.join('\n')).toMatch(text);
    },
    { timeout: 10_000, interval: 5 },
  );
/** Returns the names in the table. */
const names = () => terminal.lines.slice(3, -1).map((line) => line.slice(2).split(/\s+/)[0] ?? '');

describe('keys', () => {
  test('q quits and restores the terminal', async () => {
    const end = start();
    await shows('b_total');
    expect([terminal.isTaken, terminal.isChanged]).toEqual([true, true]);
    terminal.press('q');
    expect(await end).toBe(0);
    expect([terminal.isTaken, terminal.isChanged]).toEqual([false, false]);
    expect(signals.eventNames()).toEqual([]);
  });

  test('Ctrl-C quits, also while the filter is typed and before the first answer', async () => {
    answer = () => 'hang';
    const end = start();
    await shows('no scrape yet');
    terminal.press('/', 'q', keys.controlC);
    expect(await end).toBe(0);
    expect(terminal.isTaken).toBe(false);
  });

  test('s sorts, r reverses', async () => {
    start();
    await shows(/b_total .*\/s/);
    expect(names().slice(0, 2)).toEqual(['a', 'b_total']);
    terminal.press('r');
    await shows('sort name reversed');
    expect(names()[0]).toBe('z29');
    terminal.press('s');
    await shows(/sort rate(?! reversed)/);
    expect(names().slice(0, 2)).toEqual(['b_total', 'a']);
    terminal.press('s');
    await shows('sort value');
    terminal.press('s');
    await shows('sort name');
  });

  test('/ filters while it is typed, Enter keeps, Escape clears', async () => {
    start();
    await shows('b_total');
    terminal.press('/', 'z', '0', '9', 'q');
    await shows('filter: z09q_', '0 of 33 series');
    terminal.press(keys.backspace);
    await shows('filter: z09_', '1 of 33 series');
    expect(names().filter(Boolean)).toEqual(['z09']);
    terminal.press(keys.enter);
    await shows('q quit', 'filter "z09"');
    terminal.press('/', keys.controlU, 'y');
    await shows('filter: y_');
    expect(names().filter(Boolean)).toEqual(['b_total']);
    terminal.press(keys.escape);
    await shows('33 series', 'q quit');
  });

  test('Enter expands the selected metric, e all of them', async () => {
    start();
    await shows('b_total');
    terminal.press(keys.down, keys.enter);
    await shows('- b_total', 'l=x', 'l=y');
    terminal.press(keys.enter);
    await shows(/\+ b_total/);
    expect(terminal.lines.join('\n')).not.toContain('l=x');
    terminal.press('e');
    await shows('- b_total');
    terminal.press('e');
    await shows(/\+ b_total/);
  });

  test('arrows, PageUp, PageDown, Home and End scroll', async () => {
    terminal.resize(80, 10);
    start();
    await shows('1-6 of 32');
    terminal.press(keys.pageDown);
    await shows('2-7 of 32');
    terminal.press(keys.end);
    await shows('27-32 of 32', 'z29');
    terminal.press(keys.up, keys.pageUp);
    await shows('25-30 of 32');
    terminal.press(keys.home);
    await shows('1-6 of 32');
    terminal.press(keys.up, 'k', 'j', keys.down);
    await shows('1-6 of 32');
  });

  test('p pauses the scrapes and continues them', async () => {
    // Each call of `next` ends the wait for the next scrape.
    let next = () => {};
    const waits: number[] = [];
    wait = (milliseconds) => {
      waits.push(milliseconds);
      return new Promise<void>((resolve) => {
        next = resolve;
      });
    };
    const waited = (count: number) => vi.waitFor(() => expect(waits).toHaveLength(count), { interval: 5 });
    start();
    await waited(1);
    terminal.press('p');
    await shows('PAUSED');
    for (const count of [2, 3, 4]) {
      next();
      await waited(count);
    }
    expect(peer.requests).toHaveLength(1);
    terminal.press('p');
    await vi.waitFor(() => expect(terminal.lines.join('\n')).not.toContain('PAUSED'));
    next();
    await waited(5);
    expect(peer.requests).toHaveLength(2);
    signals.emit('SIGTERM');
    next();
  });

  test('? shows help, and any key closes it', async () => {
    start();
    await shows('b_total');
    terminal.press('?');
    await shows('any key closes this page');
    terminal.press('x');
    await shows('b_total');
  });

  test('unknown keys and pasted control characters change nothing', async () => {
    start();
    await shows('b_total');
    terminal.press('x', '\u001b[15~', '\u001bOP', '/', '\u0007', '\u001b[15~', 'a', '東');
    await shows('filter: a東_');
  });
});

describe('stops', () => {
  const controlZ = '\u001a';

  test('Ctrl-Z restores the terminal before the process stops, and takes it again', async () => {
    const states: boolean[][] = [];
    start({}, '1h', () => void states.push([terminal.isTaken, terminal.isChanged]));
    await shows('b_total');
    for (const count of [1, 2]) {
      terminal.press(controlZ);
      await vi.waitFor(() => expect(states).toHaveLength(count));
      await vi.waitFor(() => expect([terminal.isTaken, terminal.isChanged]).toEqual([true, true]));
      await shows('b_total');
    }
    expect(states.flat()).toEqual([false, false, false, false]);
    terminal.press('q');
    expect(await ended).toBe(0);
    expect([terminal.isTaken, terminal.isChanged]).toEqual([false, false]);
  });

  test('SIGCONT sets the modes of the terminal, which a shell has changed', async () => {
    start({}, '1h');
    await shows('b_total');
    terminal.input.isRaw = false;
    const { length } = terminal.output.written;
    signals.emit('SIGCONT');
    expect(terminal.input.isRaw).toBe(true);
    expect(terminal.output.written.slice(length)).toContain('b_total');
  });

  test('Ctrl-Z does nothing where a process cannot be stopped', async () => {
    start({}, '1h');
    await shows('b_total');
    terminal.press(controlZ, '/', 'x', controlZ, 'y');
    await shows('filter: xy_');
    expect(terminal.isTaken).toBe(true);
  });
});

describe('failures', () => {
  test('are shown with the next step, the table stays, and scrapes go on', async () => {
    terminal.resize(160, 24);
    start();
    await shows('b_total');
    answer = () => ({ status: 503 });
    await shows('HTTP 503; see the log of the server; retrying every 100 ms', 'failures since', 'b_total');
    answer = (count) => ({ status: 200, body: exposition(count) });
    await vi.waitFor(() => expect(terminal.lines.join('\n')).not.toContain('HTTP 503'), { timeout: 10_000 });
    await shows(/b_total .*\/s/);
  });

  test('a restarted endpoint has no negative rate', async () => {
    start();
    await shows(/b_total .*\/s/);
    answer = (count) => ({ status: 200, body: exposition(count % 2 === 0 ? 1 : 1_000) });
    await vi.waitFor(() => expect(peer.requests.length).toBeGreaterThan(8), { timeout: 10_000 });
    expect(terminal.output.written).not.toMatch(/-[\d.]+k?\/s/);
  });
});

describe('the end', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ])('%s restores the terminal', async (signal, code) => {
    const end = start();
    await shows('b_total');
    signals.emit(signal);
    expect(await end).toBe(code);
    expect([terminal.isTaken, terminal.isChanged]).toEqual([false, false]);
  });

  test.each(['end', 'error'])('a terminal whose input has the event %s', async (event) => {
    const end = start();
    await shows('b_total');
    terminal.input.emit(event, new Error('EIO'));
    expect(await end).toBe(129);
  });

  test('a terminal whose output fails', async () => {
    const end = start();
    await shows('b_total');
    terminal.output.emit('error', new Error('EIO'));
    expect(await end).toBe(129);
  });

  test('the end of the process restores the terminal', async () => {
    const before = process.listeners('exit');
    start();
    await shows('b_total');
    for (const listener of process.listeners('exit')) if (!before.includes(listener)) listener.call(process, 0);
    expect([terminal.isTaken, terminal.isChanged]).toEqual([false, false]);
    signals.emit('SIGTERM');
    await ended;
    expect(process.listeners('exit')).toEqual(before);
  });
});

test('another size of the terminal is used at once', async () => {
  start({}, '1h');
  await shows('b_total');
  terminal.resize(120, 9);
  await shows('1-5 of 32');
  expect(terminal.lines).toHaveLength(9);
  expect(terminal.lines.at(-1)?.length).toBe(120);
});

test('a slow terminal gets only the newest screen', async () => {
  start();
  await shows(/b_total .*\/s/);
  terminal.output.isSlow = true;
  await vi.waitFor(() => expect(terminal.output.take).toBeDefined(), { timeout: 10_000 });
  const { length } = terminal.output.written;
  const { length: scrapes } = peer.requests;
  await vi.waitFor(() => expect(peer.requests.length).toBeGreaterThan(scrapes + 3), { timeout: 10_000 });
  expect(terminal.output.written.length).toBe(length);
  terminal.press('s');
  terminal.output.isSlow = false;
  terminal.output.take?.();
  await shows('sort rate');
});
