/** The stream as server-sent events: the same messages, one in each event. */
import type { RouteResponse } from '../../../delivery/routes.js';
import type { LiveFeed } from '../feed.js';
import type { Subscription } from '../messages.js';
import type { WatchingClients } from './clients.js';
import { FrameQueue } from './frame-queue.js';

const prefix = Buffer.from('data: ');
const suffix = Buffer.from('\n\n');
/** A comment, which clients ignore. A write to a connection that no longer exists closes it. */
const signOfLife = Buffer.from(':\n\n');

/** Returns the response that streams the messages of a subscription until the client disconnects. */
export function eventStream(
  feed: LiveFeed,
  subscription: Subscription | undefined,
  clients: WatchingClients,
): RouteResponse {
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // nginx would collect events before it passes them on.
    'x-accel-buffering': 'no',
  };
  return {
    status: 200,
    headers,
    body: [],
    stream(sink) {
      // Others may have connected since the request was admitted.
      if (!clients.hasRoom) {
        sink.abort();
        return () => undefined;
      }
      let isFirstPart = true;
      let ended = () => {};
      const closed = new Promise<void>((resolve) => {
        ended = resolve;
      });
      const client = new FrameQueue({
        send(part, isLast, sent) {
          const parts = [...(isFirstPart ? [prefix] : []), part, ...(isLast ? [suffix] : [])];
          isFirstPart = isLast;
          sink.write(parts, sent);
        },
        close: () => sink.abort(),
      });
      const watch = feed.watch(subscription, client.offer);
      const entry = {
        check() {
          if (client.isStalled()) sink.abort();
          else if (client.bufferedBytes === 0) sink.write([signOfLife], () => undefined);
        },
        close() {
          if (client.bufferedBytes === 0) sink.end();
          else sink.abort();
          return closed;
        },
      };
      clients.add(entry);
      return () => {
        clients.remove(entry);
        client.end();
        watch.end();
        ended();
      };
    },
  };
}
