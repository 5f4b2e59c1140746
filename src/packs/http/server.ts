/**
 * Measures incoming requests, from their start until the response is sent or the connection closes.
 *
 * Node reports the start and the end of a request on two channels. A request without a reported end ends when its
 * connection closes; this includes a pipelined request that still waits for the response before it.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AttributesFor, BoundCounter, InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import type { Clock } from '../../model/clock.js';
import { isOwn } from '../../model/own-traffic.js';
import { listen } from './channels.js';
import { type Codes, methodCodes, versionAttribute, versionCodes } from './codes.js';
import { ExpressRoutes } from './express.js';
import { Hosts } from './hosts.js';
import { type HttpDefinitions, seriesLimit } from './metrics.js';
import type { HttpSettings } from './options.js';
import { RequestSeries } from './request-series.js';

/** Message of the channels `http.server.request.start` and `http.server.response.finish`. */
interface ServerMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

/** A request in progress; `method`, `version` and `host` are codes. */
interface ActiveRequest {
  readonly startMs: number;
  readonly method: number;
  readonly secure: boolean;
  readonly version: number;
  readonly host: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** All active requests of the connection, including this one. */
  readonly connection: Set<ActiveRequest>;
  /** The route that the application set. */
  route: string | undefined;
  /** The route that a framework matched. */
  matched: string | undefined;
}

/** Measures incoming requests, from construction until `stop`. */
export class ServerRequests {
  readonly #instruments: InstrumentsOf<HttpDefinitions>;
  readonly #clock: Clock;
  readonly #ignore: HttpSettings['ignoreIncoming'];
  readonly #methods: Codes;
  readonly #hosts: Hosts;
  readonly #express = new ExpressRoutes();
  readonly #durations: RequestSeries<AttributesFor<HttpDefinitions['serverDuration']>>;
  readonly #activeCounters = new Map<number, BoundCounter>();
  readonly #requests = new WeakMap<object, ActiveRequest>();
  readonly #connections = new WeakMap<Socket, Set<ActiveRequest>>();
  readonly #guard: VerbGuard;
  readonly #stopListening: (() => void)[];
  #stopped = false;

  constructor({ instruments, clock, guard }: PackContext<HttpDefinitions>, settings: HttpSettings) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#ignore = settings.ignoreIncoming;
    this.#methods = methodCodes(settings.methods);
    this.#hosts = new Hosts(settings.hosts);
    this.#durations = new RequestSeries(instruments.serverDuration, seriesLimit(settings.routes));
    this.#guard = guard;
    this.#stopListening = [
      listen('http.server.request.start', (message: ServerMessage) => this.#begin(message), guard),
      listen('http.server.response.finish', ({ request }: ServerMessage) => this.#finish(request), guard),
      listen('tracing:fastify.request.handler:start', (message) => this.#onFastifyHandler(message), guard),
    ];
  }

  /** Sets the route of a request in progress; ignores other requests. */
  setRoute(request: object, template: string, source: 'route' | 'matched'): void {
    const active = this.#requests.get(request);
    if (active !== undefined) active[source] = template;
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stopListening) stop();
  }

  #begin({ request, response, socket, server }: ServerMessage): void {
    if (isOwn(server) || this.#isIgnored(request)) return;
    const active: ActiveRequest = {
      startMs: this.#clock.monotonicMs(),
      method: this.#methods.codeOf(request.method),
      secure: 'encrypted' in socket && socket.encrypted === true,
      version: versionCodes.codeOf(request.httpVersion),
      host: this.#hosts.indexOf(request.headers.host),
      request,
      response,
      connection: this.#connections.get(socket) ?? this.#watch(socket),
      route: undefined,
      matched: undefined,
    };
    active.connection.add(active);
    this.#requests.set(request, active);
    this.#counter(active).add(1);
  }

  #finish(request: IncomingMessage): void {
    const active = this.#requests.get(request);
    if (active === undefined) return;
    active.connection.delete(active);
    this.#end(active, false);
  }

  /** Returns the new set of requests of a connection. Requests left in it when the connection closes count as aborted. */
  #watch(socket: Socket): Set<ActiveRequest> {
    const connection = new Set<ActiveRequest>();
    this.#connections.set(socket, connection);
    const closed = () => {
      for (const active of connection) this.#end(active, true);
      connection.clear();
    };
    socket.once('close', this.#guard.verb('socket.close', closed));
    return connection;
  }

  #end(active: ActiveRequest, aborted: boolean): void {
    if (this.#stopped || !this.#requests.delete(active.request)) return;
    const { method, secure, version, host, response } = active;
    const seconds = (this.#clock.monotonicMs() - active.startMs) / 1_000;
    this.#counter(active).add(-1);
    // Without sent headers, the status of the response object does not count.
    const status = !aborted || response.headersSent ? response.statusCode : 0;
    const route = active.route ?? active.matched ?? this.#routeOf(active.request) ?? '';
    let code = status * 64 + method;
    code = (code * 4 + version) * 2 + Number(secure);
    code = (code * 64 + host) * 2 + Number(aborted);
    const series = this.#durations.get(route, code);
    if (series !== undefined) {
      series.record(seconds);
      return;
    }
    const errorType = aborted ? 'aborted' : status >= 500 ? String(status) : undefined;
    this.#durations.record(seconds, route, code, {
      ...this.#commonAttributes(active),
      ...(route === '' ? {} : { 'http.route': route }),
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      ...(errorType === undefined ? {} : { 'error.type': errorType }),
      ...versionAttribute(version),
    });
  }

  #counter(active: ActiveRequest): BoundCounter {
    const code = (active.method * 2 + Number(active.secure)) * 64 + active.host;
    let counter = this.#activeCounters.get(code);
    if (counter === undefined) {
      counter = this.#instruments.serverActiveRequests.bind(this.#commonAttributes(active));
      this.#activeCounters.set(code, counter);
    }
    return counter;
  }

  /** Returns the attributes that both metrics have. */
  #commonAttributes({ method, secure, host }: ActiveRequest) {
    return {
      'http.request.method': this.#methods.textOf(method),
      'url.scheme': secure ? ('https' as const) : ('http' as const),
      ...this.#hosts.attributes(host, secure),
    };
  }

  #routeOf(request: IncomingMessage): string | undefined {
    try {
      return this.#express.templateOf(request);
    } catch {
      return undefined;
    }
  }

  /** Fastify publishes the request and its route before it calls the handler. */
  #onFastifyHandler({ request, route }: { request: { raw: object }; route: { url?: unknown } }): void {
    if (typeof route.url === 'string') this.setRoute(request.raw, route.url, 'matched');
  }

  #isIgnored(request: IncomingMessage): boolean {
    try {
      return this.#ignore?.(request) === true;
    } catch {
      return false;
    }
  }
}
