/**
 * Requests to the servers of this process, from their beginning until the response is sent or the connection is gone.
 *
 * Node tells the beginning and the end on two channels. What ends otherwise ends with its connection: also a request
 * that waits behind another one on it, of which Node tells nothing any more.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { BoundCounter, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import { isOwn } from '../../model/own-traffic.js';
import { refuse } from '../kit/refusal.js';
import { guarded, listen } from './channels.js';
import { ExpressRoutes } from './express.js';
import { Hosts } from './hosts.js';
import { type HttpDefinitions, seriesLimit } from './metrics.js';
import type { HttpSettings } from './options.js';
import { BoundSeries } from './series.js';
import { methodWords, versionAttribute, versions, type Words } from './words.js';

/** Of the channels `http.server.request.start` and `http.server.response.finish`. */
interface ServerMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

/** A request that goes on; words by their number. */
interface ActiveRequest {
  readonly beganMs: number;
  readonly method: number;
  readonly secure: boolean;
  readonly version: number;
  readonly host: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** All that go on on its connection, itself among them. */
  readonly connection: Set<ActiveRequest>;
  /** As the application said it. */
  route: string | undefined;
  /** As a framework told it. */
  matched: string | undefined;
}

/** Measures them, from when it is made until it is stopped. */
export class ServerRequests {
  readonly #instruments: InstrumentsOf<HttpDefinitions>;
  readonly #clock: Clock;
  readonly #ignores: HttpSettings['ignoreIncoming'];
  readonly #methods: Words;
  readonly #hosts: Hosts;
  readonly #express = new ExpressRoutes();
  readonly #durations: BoundSeries<HttpDefinitions['serverDuration']['attributes']>;
  readonly #active = new Map<number, BoundCounter>();
  readonly #requests = new WeakMap<object, ActiveRequest>();
  readonly #connections = new WeakMap<Socket, Set<ActiveRequest>>();
  readonly #failed: () => void;
  readonly #stopListening: (() => void)[];
  #stopped = false;

  constructor(instruments: InstrumentsOf<HttpDefinitions>, clock: Clock, settings: HttpSettings) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#ignores = settings.ignoreIncoming;
    this.#methods = methodWords(settings.methods);
    this.#hosts = new Hosts(settings.hosts);
    this.#durations = new BoundSeries(instruments.serverDuration, seriesLimit(settings.routes));
    this.#failed = () => refuse(instruments.serverDuration);
    this.#stopListening = [
      listen('http.server.request.start', (message: ServerMessage) => this.#begin(message), this.#failed),
      listen('http.server.response.finish', ({ request }: ServerMessage) => this.#finish(request), this.#failed),
      listen('tracing:fastify.request.handler:start', (message) => this.#atFastify(message), this.#failed),
    ];
  }

  /** Says which route a request takes; nothing where it is not one that goes on. */
  tell(request: object, template: string, as: 'route' | 'matched'): void {
    const active = this.#requests.get(request);
    if (active !== undefined) active[as] = template;
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stopListening) stop();
  }

  #begin({ request, response, socket, server }: ServerMessage): void {
    if (isOwn(server) || this.#isIgnored(request)) return;
    const active: ActiveRequest = {
      beganMs: this.#clock.monotonicMs(),
      method: this.#methods.number(request.method),
      secure: 'encrypted' in socket && socket.encrypted === true,
      version: versions.number(request.httpVersion),
      host: this.#hosts.number(request.headers.host),
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

  /** The requests of a connection; those that are left when it closes were aborted. */
  #watch(socket: Socket): Set<ActiveRequest> {
    const connection = new Set<ActiveRequest>();
    this.#connections.set(socket, connection);
    const closed = () => {
      for (const active of connection) this.#end(active, true);
      connection.clear();
    };
    socket.once('close', guarded(closed, this.#failed));
    return connection;
  }

  #end(active: ActiveRequest, aborted: boolean): void {
    if (this.#stopped || !this.#requests.delete(active.request)) return;
    const { method, secure, version, host, response } = active;
    const seconds = (this.#clock.monotonicMs() - active.beganMs) / 1_000;
    this.#counter(active).add(-1);
    // Without headers sent there is no status, whatever the response says.
    const status = !aborted || response.headersSent ? response.statusCode : 0;
    const route = active.route ?? active.matched ?? this.#routeOf(active.request) ?? '';
    let number = status * 64 + method;
    number = (number * 4 + version) * 2 + Number(secure);
    number = (number * 64 + host) * 2 + Number(aborted);
    const series = this.#durations.find(route, number);
    if (series !== undefined) {
      series.record(seconds);
      return;
    }
    const errorType = aborted ? 'aborted' : status >= 500 ? String(status) : undefined;
    this.#durations.record(seconds, route, number, {
      ...this.#ofBoth(active),
      ...(route === '' ? {} : { 'http.route': route }),
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      ...(errorType === undefined ? {} : { 'error.type': errorType }),
      ...versionAttribute(version),
    });
  }

  #counter(active: ActiveRequest): BoundCounter {
    const number = (active.method * 2 + Number(active.secure)) * 64 + active.host;
    let counter = this.#active.get(number);
    if (counter === undefined) {
      counter = this.#instruments.serverActiveRequests.bind(this.#ofBoth(active));
      this.#active.set(number, counter);
    }
    return counter;
  }

  /** The attributes that both metrics have. */
  #ofBoth({ method, secure, host }: ActiveRequest) {
    return {
      'http.request.method': this.#methods.text(method),
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

  /** Fastify says what it is about to run for which request. */
  #atFastify({ request, route }: { request: { raw: object }; route: { url?: unknown } }): void {
    if (typeof route.url === 'string') this.tell(request.raw, route.url, 'matched');
  }

  #isIgnored(request: IncomingMessage): boolean {
    try {
      return this.#ignores?.(request) === true;
    } catch {
      return false;
    }
  }
}
