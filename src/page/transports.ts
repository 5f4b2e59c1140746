/** How the page receives messages: over a WebSocket, or as server-sent events where no WebSocket can be opened. */
import type { ConnectionHost, Socket, SocketEvents } from './connection.js';

/** Opens the connections of a browser. */
export interface Browser {
  webSocket(): WebSocket;
  /** @param subscription message that the stream answers. */
  eventSource(subscription: string): EventSource;
}

/**
 * Returns a function that opens a WebSocket, and server-sent events if that fails: a server without the handler of upgrades
 * and some proxies open none.
 *
 * @param subscription returns the message that `onOpen` of the connection sends.
 */
export function opener(browser: Browser, subscription: () => string): ConnectionHost['open'] {
  let usesEvents = false;
  return (events) => {
    let isOpen = false;
    const overEvents = () =>
      eventsSocket(browser, subscription(), {
        ...events,
        onOpen() {
          usesEvents = true;
          events.onOpen();
        },
        onClose() {
          usesEvents = false;
          events.onClose();
        },
      });
    if (usesEvents) return overEvents();
    let current = webSocket(browser, {
      ...events,
      onOpen() {
        isOpen = true;
        events.onOpen();
      },
      onClose() {
        if (isOpen) events.onClose();
        else current = overEvents();
      },
    });
    return { send: (text) => current.send(text), close: () => current.close() };
  };
}

function webSocket(browser: Browser, events: SocketEvents): Socket {
  const socket = browser.webSocket();
  socket.addEventListener('open', () => events.onOpen());
  socket.addEventListener('message', ({ data }) => typeof data === 'string' && events.onText(data));
  socket.addEventListener('close', () => events.onClose());
  return socket;
}

/** A subscription is part of the request of an event stream: another one needs another request. */
function eventsSocket(browser: Browser, first: string, events: SocketEvents): Socket {
  let subscription = '';
  let isOpen = false;
  let source: EventSource | undefined;
  const open = (next: string) => {
    source?.close();
    subscription = next;
    const current = browser.eventSource(next);
    source = current;
    current.addEventListener('open', () => {
      if (isOpen || source !== current) return;
      isOpen = true;
      events.onOpen();
    });
    current.addEventListener('message', ({ data }) => source === current && events.onText(data as string));
    current.addEventListener('error', () => {
      if (source !== current) return;
      // It would connect again by itself, without the delays of the page.
      close();
      events.onClose();
    });
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  open(first);
  return {
    send(text) {
      if (source !== undefined && text !== subscription) open(text);
    },
    close,
  };
}
