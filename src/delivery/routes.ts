/** Further routes of a backend that has an HTTP endpoint. The endpoint authenticates requests before it passes them on. */

/**
 * Headers by name, in lower case. Types of Node do not appear here: the contract of backends compiles without `@types/node`.
 */
export interface RequestHeaders {
  readonly [name: string]: string | string[] | undefined;
  readonly 'accept-encoding'?: string | string[] | undefined;
  readonly host?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
  readonly origin?: string | undefined;
  readonly upgrade?: string | undefined;
}

/** Request to a route. */
export interface RouteRequest {
  /** Path below the base path of the endpoint. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: RequestHeaders;
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
  /** `IncomingMessage` of Node. */
  readonly message: object;
  /** `Duplex` of Node. */
  readonly socket: object;
  /** Bytes that arrived after the request. */
  readonly head: Uint8Array;
}

/** Routes that `start` adds to an endpoint. What serves them is loaded by the first request. */
export interface Routes {
  respond(request: RouteRequest): Promise<RouteResponse>;
  /** Takes over the connection, or returns the response that refuses to. */
  upgrade(request: UpgradeRequest): Promise<RouteResponse | undefined>;
  /** Ends all connections of the routes. */
  close(): Promise<void>;
}
