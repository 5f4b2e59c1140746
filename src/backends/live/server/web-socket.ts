/** The stream over WebSocket. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { UpgradeRequest } from '../../../delivery/routes.js';
import type { LiveFeed } from '../feed.js';
import type { StreamError } from '../messages.js';
import type { WatchingClients } from './clients.js';
import { FrameQueue, tooSlow } from './frame-queue.js';
import { readMessage, withKnownNames } from './subscription.js';

/** Bytes of a message of a client; a longer message closes the connection with 1009. */
const maxMessageBytes = 4_096;
/** Messages of a client between two checks; further ones close the connection with 1008. */
const maxMessages = 600;
/** Milliseconds that a client has to answer a close frame. The timer is cleared when the connection has closed. */
const closeMs = 2_000;

/** Creates the function that turns connections into clients of the feed. */
export function createWebSockets(feed: LiveFeed, clients: WatchingClients): (request: UpgradeRequest) => void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessageBytes,
    // The stream has no subprotocols, and a response contains nothing of its request.
    handleProtocols: () => false,
    // Frames are shared between clients. Compression would make a copy of each frame for each client.
    perMessageDeflate: false,
    // Unknown to the types of this version.
    ...({ closeTimeout: closeMs } as object),
  });
  return ({ message, socket, head }) => {
    server.handleUpgrade(message as IncomingMessage, socket as Duplex, head as Buffer, (webSocket) =>
      watch(webSocket, feed, clients),
    );
  };
}

function watch(webSocket: WebSocket, feed: LiveFeed, clients: WatchingClients): void {
  let isAlive = true;
  let messages = 0;
  const close = (code: number, reason: string) => {
    client.end();
    webSocket.close(code, reason);
  };
  const client = new FrameQueue({
    send: (part, isLast, sent) => {
      webSocket.send(part, { binary: false, compress: false, fin: isLast }, (error) => {
        if (error == null) sent();
      });
    },
    close,
  });
  const feedWatch = feed.watch(undefined, client.offer);
  const entry = {
    check() {
      if (client.isStalled()) close(tooSlow, 'too slow');
      else if (!isAlive) webSocket.terminate();
      isAlive = false;
      messages = 0;
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    },
    close: (code: number, reason: string) =>
      new Promise<void>((resolve) => {
        webSocket.once('close', () => resolve());
        close(code, reason);
      }),
  };
  clients.add(entry);
  webSocket.on('pong', () => {
    isAlive = true;
  });
  webSocket.on('message', (data, isBinary) => {
    messages++;
    if (messages > maxMessages) {
      close(1008, 'too many messages');
      return;
    }
    const read = isBinary ? { defect: 'expected a text message' } : withKnownNames(readMessage(String(data)), feed);
    if ('subscription' in read) feedWatch.subscribe(read.subscription);
    else client.offer(errorFrame(read.defect), true);
  });
  // Each error closes the connection with its own code: 1009 for a message that is too long, 1007 for invalid UTF-8.
  webSocket.on('error', () => undefined);
  webSocket.on('close', () => {
    clients.remove(entry);
    client.end();
    feedWatch.end();
  });
}

function errorFrame(message: string): Buffer {
  const error: StreamError = { type: 'error', message };
  return Buffer.from(JSON.stringify(error));
}
