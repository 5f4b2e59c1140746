/** Starts the page: connects to the stream and renders. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import type { StreamMessage } from '../backends/live/messages.js';
import { now } from './clock.js';
import { Connection, type ConnectionHost } from './connection.js';
import { data, isHidden, connection as state, subscription } from './page-state.js';
import { App } from './view/app.js';
import { listenToKeys } from './view/keys.js';

/** Address of the stream, relative to the page, so that the page works below any path. */
const stream = new URL('api/v1/metrics/stream', location.href);
stream.protocol = stream.protocol.replace('http', 'ws');
stream.hash = '';

const host: ConnectionHost = {
  open(events) {
    const socket = new WebSocket(stream);
    socket.addEventListener('open', () => events.onOpen());
    socket.addEventListener('message', ({ data: text }) => typeof text === 'string' && events.onText(text));
    socket.addEventListener('close', () => events.onClose());
    return socket;
  },
  now,
  setTimeout: (action, milliseconds) => setTimeout(action, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as number | undefined),
};

const connection = new Connection(host, {
  onState(value) {
    state.value = value;
  },
  onOpen: () => connection.send(subscription.peek()),
  onMessage: (message) => data.apply(message as StreamMessage),
});

let sent = '';
effect(() => {
  // The model names the first dashboard, which then is asked for by name.
  const text = JSON.stringify(subscription.value);
  if (text !== sent) connection.send(subscription.value);
  sent = text;
});
effect(() => {
  if (!isHidden.value) connection.connect();
});

listenToKeys();
render(<App />, document.getElementById('page') as HTMLElement);
