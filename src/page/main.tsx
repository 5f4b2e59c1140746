/** Starts the page: connects to the stream and renders. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import type { StreamMessage } from '../backends/live/messages.js';
import { now } from './clock.js';
import { Connection, type ConnectionHost } from './connection.js';
import { data, isHidden, connection as state, subscription } from './page-state.js';
import { type Browser, opener } from './transports.js';
import { App } from './view/app.js';
import { showInvisibleCharacters } from './view/invisible-characters.js';
import { listenToKeys } from './view/keys.js';

/** Returns an address below the page. The page has any path, also one without a slash at its end, as below express. */
function address(path: string): URL {
  return new URL(`${location.pathname.replace(/\/$/, '')}/${path}`, location.origin);
}

const browser: Browser = {
  webSocket() {
    const url = address('api/v1/metrics/stream');
    url.protocol = url.protocol.replace('http', 'ws');
    return new WebSocket(url);
  },
  eventSource(text) {
    const url = address('api/v1/metrics/events');
    url.searchParams.set('subscription', text);
    return new EventSource(url);
  },
};

const host: ConnectionHost = {
  open: opener(browser, () => JSON.stringify(subscription.peek())),
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
showInvisibleCharacters();
render(<App />, document.getElementById('page') as HTMLElement);
