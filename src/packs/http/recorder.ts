/** The way in to the metrics of HTTP, of which nearly all is measured without a call. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { refuse } from '../kit/refusal.js';
import { ClientRequests } from './client.js';
import type { HttpDefinitions } from './metrics.js';
import { measureNodeClient } from './node-client.js';
import type { HttpSettings } from './options.js';
import { ServerRequests } from './server.js';
import { measureUndici } from './undici.js';

/** Measures the requests of this process, and those to it, from when metrics start until they shut down. */
export class HttpRecorder {
  /** The metrics themselves. */
  readonly instruments: InstrumentsOf<HttpDefinitions>;
  readonly #server: ServerRequests | undefined;

  constructor(context: PackContext<HttpDefinitions>, settings: HttpSettings) {
    const { instruments, clock } = context;
    this.instruments = instruments;
    if (settings.server) this.#server = new ServerRequests(instruments, clock, settings);
    const stop = [() => this.#server?.stop()];
    if (settings.client) {
      const client = new ClientRequests(instruments, clock, settings);
      stop.push(measureUndici(client), measureNodeClient(client));
    }
    context.onShutdown(() => {
      for (const each of stop) each();
    });
  }

  /**
   * Says which route a request takes, for routers that this pack does not know; before the response ends. The last call
   * counts, and more than what a framework tells. Never throws: a template that is no text is refused and counted.
   *
   * @param request as `node:http` made it. Nothing happens where it is not one that goes on and is measured.
   * @param template the route as the application declares it, `/users/:id`; never the path that was requested.
   */
  route(request: object, template: string): void {
    this.#tell(request, template, 'route');
  }

  /**
   * Says which route a framework matched, for what connects one to this pack: as `route`, but that what the
   * application says there, before or after, counts more. The last call counts. Never throws.
   */
  matched(request: object, template: string): void {
    this.#tell(request, template, 'matched');
  }

  #tell(request: object, template: string, as: 'route' | 'matched'): void {
    if (typeof template !== 'string') refuse(this.instruments.serverDuration);
    else if (typeof request === 'object' && request !== null) this.#server?.tell(request, template, as);
  }
}
