/** Connection of the live page, on a fake clock with fake sockets. */
import { expect, test } from 'vitest';
import { Connection, type ConnectionState, type SocketEvents } from '../../src/page/connection.js';

/** Socket of the fake, as the page uses it. */
interface FakeSocket {
  readonly events: SocketEvents;
  readonly sent: string[];
  isClosed: boolean;
}

function scene() {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  const sockets: FakeSocket[] = [];
  const states: string[] = [];
  const messages: unknown[] = [];
  const opened: number[] = [];
  const connection = new Connection(
    {
      open(events) {
        const socket: FakeSocket = { events, sent: [], isClosed: false };
        sockets.push(socket);
        return {
          send: (text) => socket.sent.push(text),
          close() {
            socket.isClosed = true;
          },
        };
      },
      now: () => now,
      setTimeout(action, milliseconds) {
        const timer = { at: now + milliseconds, action };
        timers.push(timer);
        return timer;
      },
      clearTimeout(timer) {
        timers = timers.filter((each) => each !== timer);
      },
    },
    {
      onState: (state: ConnectionState) =>
        states.push(state.kind === 'waiting' ? `waiting ${state.until - now}` : state.kind),
      onOpen: () => opened.push(now),
      onMessage: (message) => messages.push(message),
    },
  );
  const advance = (milliseconds: number) => {
    const end = now + milliseconds;
    for (;;) {
      const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      timers = timers.filter((each) => each !== next);
      now = next.at;
      next.action();
    }
    now = end;
  };
  const last = () => sockets.at(-1) as FakeSocket;
  return { connection, sockets, states, messages, opened, advance, last, timers: () => timers.length };
}

test('connects, reports the state, asks for the subscription and passes messages on', () => {
  const { connection, states, messages, opened, last } = scene();
  connection.connect();
  connection.send({ early: true });
  last().events.onOpen();
  connection.send({ type: 'subscribe' });
  last().events.onText('{"type":"page.model"}');
  last().events.onText('not JSON');
  expect(states).toEqual(['connecting', 'live']);
  expect(opened).toHaveLength(1);
  expect(last().sent).toEqual(['{"type":"subscribe"}']);
  expect(messages).toEqual([{ type: 'page.model' }]);
});

test('waits 1, 2, 4, 8 and then 15 seconds between attempts that fail', () => {
  const { connection, states, sockets, advance, last } = scene();
  connection.connect();
  for (const seconds of [1, 2, 4, 8, 15, 15]) {
    last().events.onClose();
    expect(states.at(-1)).toBe(`waiting ${seconds * 1_000}`);
    const attempts = sockets.length;
    advance(seconds * 1_000 - 1);
    expect(sockets).toHaveLength(attempts);
    advance(1);
    expect(sockets).toHaveLength(attempts + 1);
  }
});

test('a message sets the delay back; an open connection alone does not', () => {
  const { connection, states, advance, last } = scene();
  connection.connect();
  last().events.onClose();
  advance(1_000);
  last().events.onOpen();
  last().events.onClose();
  expect(states.at(-1)).toBe('waiting 2000');
  advance(2_000);
  last().events.onOpen();
  last().events.onText('{}');
  last().events.onClose();
  expect(states.at(-1)).toBe('waiting 1000');
});

test('connects at once when asked to, and only once', () => {
  const { connection, sockets, advance, last } = scene();
  connection.connect();
  connection.connect();
  expect(sockets).toHaveLength(1);
  last().events.onClose();
  connection.connect();
  expect(sockets).toHaveLength(2);
  advance(5_000);
  expect(sockets).toHaveLength(2);
});

test('gives up a connection that is silent for 10 seconds, and ignores what it reports later', () => {
  const { connection, sockets, states, messages, advance, last } = scene();
  connection.connect();
  last().events.onOpen();
  advance(9_000);
  last().events.onText('{}');
  advance(9_999);
  expect(states.at(-1)).toBe('live');
  advance(1);
  expect(states.at(-1)).toBe('waiting 1000');
  const [former] = sockets;
  expect(former?.isClosed).toBe(true);
  former?.events.onText('{"late":true}');
  former?.events.onClose();
  expect(messages).toEqual([{}]);
  expect(states.at(-1)).toBe('waiting 1000');
  advance(1_000);
  expect(sockets).toHaveLength(2);
});

test('gives up an attempt that is never answered', () => {
  const { connection, sockets, advance } = scene();
  connection.connect();
  advance(11_000);
  expect(sockets).toHaveLength(2);
  expect(sockets[0]?.isClosed).toBe(true);
});

test('holds one timer', () => {
  const { connection, timers, last } = scene();
  connection.connect();
  last().events.onOpen();
  for (let message = 0; message < 50; message++) last().events.onText('{}');
  expect(timers()).toBe(1);
  last().events.onClose();
  expect(timers()).toBe(1);
});
