/** Connections that bodies without an end are written to: Node's response, and the stream of a fetch `Response`. */
import type { ServerResponse } from 'node:http';
import type { RouteResponse } from '../../delivery/routes.js';

type Stream = NonNullable<RouteResponse['stream']>;

/** Streams to Node's response. Resolves when the connection has closed. */
export function streamTo(response: ServerResponse, stream: Stream): Promise<void> {
  response.flushHeaders();
  const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
  const ended = stream({
    write(parts, sent) {
      response.cork();
      for (const [index, part] of parts.entries()) {
        if (index < parts.length - 1) response.write(part);
        else response.write(part, (error) => error == null && sent());
      }
      response.uncork();
    },
    end: () => response.end(),
    abort: () => response.destroy(),
  });
  return closed.then(ended);
}

/** Returns the body of a fetch `Response`. Its parts are joined, because a reader may ask for more after each of them. */
export function fetchStream(stream: Stream): ReadableStream<Uint8Array> {
  let sent: (() => void)[] = [];
  let ended = () => {};
  return new ReadableStream({
    start(controller) {
      ended = stream({
        write(parts, onSent) {
          sent.push(onSent);
          controller.enqueue(Buffer.concat(parts));
        },
        end() {
          controller.close();
          ended();
        },
        abort() {
          controller.error(new Error('prometheus: response aborted: the client reads too slowly'));
          ended();
        },
      });
    },
    // Called when all that was written has been read.
    pull() {
      const done = sent;
      sent = [];
      for (const each of done) each();
    },
    cancel: () => ended(),
  });
}
