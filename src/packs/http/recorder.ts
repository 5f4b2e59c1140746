/** The recorder of HTTP metrics. It measures by itself; only routes of unsupported routers need a call. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { refuse } from '../kit/refusal.js';
import { ClientRequests } from './client.js';
import type { HttpDefinitions } from './metrics.js';
import { measureNodeClient } from './node-client.js';
import type { HttpSettings } from './options.js';
import { ServerRequests } from './server.js';
import { measureUndici } from './undici.js';

/** Measures incoming and outgoing requests of this process, from the start of metrics until their shutdown. */
export class HttpRecorder {
  /** The instruments of the pack. */
  readonly instruments: InstrumentsOf<HttpDefinitions>;
  readonly #server: ServerRequests | undefined;

  constructor(context: PackContext<HttpDefinitions>, settings: HttpSettings) {
    this.instruments = context.instruments;
    if (settings.server) this.#server = new ServerRequests(context, settings);
    const stops = [() => this.#server?.stop()];
    if (settings.client) {
      const client = new ClientRequests(context, settings);
      stops.push(measureUndici(client), measureNodeClient(client));
    }
    context.onShutdown(() => {
      for (const stop of stops) stop();
    });
  }

  /**
   * Sets the route of a request, for routers that this pack does not support. Call it before the response ends; the last
   * call wins, and takes precedence over the route of a framework. Never throws: a template that is not a string is
   * counted as a rejected measurement.
   *
   * @param request the request of `node:http`. Ignored unless the request is in progress and measured.
   * @param template the route as the application declares it, `/users/:id`; never the requested path.
   */
  route(request: object, template: string): void {
    this.#setRoute(request, template, 'route');
  }

  /**
   * Sets the route that a framework matched, for adapters of frameworks. A route that the application sets with
   * `route`, before or after, takes precedence. The last call replaces earlier calls. Never throws.
   */
  matched(request: object, template: string): void {
    this.#setRoute(request, template, 'matched');
  }

  #setRoute(request: object, template: string, source: 'route' | 'matched'): void {
    if (typeof template !== 'string') refuse(this.instruments.serverDuration);
    else if (typeof request === 'object' && request !== null) this.#server?.setRoute(request, template, source);
  }
}
