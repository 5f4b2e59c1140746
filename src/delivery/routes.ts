/** Further routes of a backend that has an HTTP endpoint. The endpoint authenticates requests before it passes them on. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Request to a route. */
export interface RouteRequest {
  /** Path below the base path of the endpoint. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Response of a route. */
export interface RouteResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  /**
   * Sends a body without an end, in place of `body`. Not called for HEAD.
   *
   * @returns a function that is called once, when the connection has closed.
   */
  readonly stream?: ((sink: StreamSink) => () => void) | undefined;
}

/** Connection that a streamed body is written to. */
export interface StreamSink {
  /** Sends the parts without copying them. `sent` is called when the connection can take more; not after it has closed. */
  write(parts: readonly Uint8Array[], sent: () => void): void;
  /** Ends the body after what was written. */
  end(): void;
  /** Closes the connection without sending what was written. */
  abort(): void;
}

/** Connection whose client asks for another protocol. */
export interface UpgradeRequest extends RouteRequest {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that arrived after the request. */
  readonly head: Buffer;
}

/** Routes that `start` adds to an endpoint. What serves them is loaded by the first request. */
export interface Routes {
  respond(request: RouteRequest): Promise<RouteResponse>;
  /** Takes over the connection, or returns the response that refuses to. */
  upgrade(request: UpgradeRequest): Promise<RouteResponse | undefined>;
  /** Ends all connections of the routes. */
  close(): Promise<void>;
}
