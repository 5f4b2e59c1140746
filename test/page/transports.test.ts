/** The transports of the live page, over fake connections of a browser. */
import { expect, test } from 'vitest';
import { opener } from '../../src/page/transports.js';

/** Connection that the test opens, feeds and ends. */
class FakeConnection extends EventTarget {
  readonly kind: string;
  readonly sent: string[] = [];
  isClosed = false;

  constructor(kind: string) {
    super();
    this.kind = kind;
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.isClosed = true;
  }
  happen(type: string, data?: string) {
    this.dispatchEvent(Object.assign(new Event(type), { data }));
  }
}

function scene() {
  const made: FakeConnection[] = [];
  const make = (kind: string) => {
    made.push(new FakeConnection(kind));
    return made.at(-1) as never;
  };
  const open = opener(
    { webSocket: () => make('socket'), eventSource: (text) => make(`events ${text}`) },
    () => 'first',
  );
  const heard: string[] = [];
  const connect = () =>
    open({
      onOpen: () => heard.push('open'),
      onText: (text) => heard.push(text),
      onClose: () => heard.push('close'),
    });
  return { made, heard, connect, last: () => made.at(-1) as FakeConnection, kinds: () => made.map(({ kind }) => kind) };
}

test('a WebSocket that opens is used', () => {
  const { heard, connect, last, kinds } = scene();
  const connection = connect();
  last().happen('open');
  connection.send('next');
  last().happen('message', 'a');
  expect(last().sent).toEqual(['next']);
  last().happen('close');
  expect(heard).toEqual(['open', 'a', 'close']);
  connect();
  expect(kinds()).toEqual(['socket', 'socket']);
});

test('events are used where no WebSocket opens, also in the next attempt', () => {
  const { heard, connect, made, last, kinds } = scene();
  const connection = connect();
  last().happen('close');
  expect([heard, kinds()]).toEqual([[], ['socket', 'events first']]);
  last().happen('open');
  connection.send('first');
  last().happen('message', 'a');
  connection.send('second');
  expect(kinds()).toEqual(['socket', 'events first', 'events second']);
  const [, old] = made;
  expect(old?.isClosed).toBe(true);
  // What a given up stream still says is not heard.
  for (const type of ['open', 'message', 'error']) old?.happen(type, 'old');
  last().happen('open');
  last().happen('message', 'b');
  expect(heard).toEqual(['open', 'a', 'b']);
  connection.close();
  connect();
  expect(kinds().at(-1)).toBe('events first');
});

test('an attempt that neither opens has failed once, and the next one begins with a WebSocket', () => {
  const { heard, connect, last, kinds } = scene();
  connect();
  last().happen('close');
  const events = last();
  events.happen('error');
  events.happen('error');
  expect([heard, events.isClosed]).toEqual([['close'], true]);
  connect();
  expect(kinds()).toEqual(['socket', 'events first', 'socket']);
});

test('events that end are closed, so that the browser does not connect by itself', () => {
  const { heard, connect, last, kinds } = scene();
  const connection = connect();
  last().happen('close');
  last().happen('open');
  last().happen('error');
  expect([heard, last().isClosed]).toEqual([['open', 'close'], true]);
  connection.send('late');
  connect();
  expect(kinds()).toEqual(['socket', 'events first', 'socket']);
});
