/** The live view of a start: what it reads, and its routes, which the first request loads. */
import type { LiveSource } from '../backends/live/index.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { BackendContext, BackendStatus } from '../delivery/contract.js';
import type { RouteResponse, Routes } from '../delivery/routes.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { cut, messageOf } from '../errors.js';
import type { Clock } from '../model/clock.js';
import type { Resource } from '../model/otel-data.js';
import type { TranslationStrategy } from '../naming/prometheus.js';

/** Packs, collectors and catalogues of a start; later calls add to them. */
export interface ShownMetrics {
  /** By their keys; those of packs included. */
  readonly catalogues: ReadonlyMap<string, Catalogue>;
  readonly recorders: ReadonlyMap<{ readonly name: string; readonly catalogue: Catalogue }, object>;
}

/** Parts of a start that the live view reads. */
export interface LiveParts {
  readonly engine: EngineMeterProvider;
  readonly clock: Clock;
  readonly contents: ShownMetrics;
  /** Options of the backend that serves the view. */
  readonly options: Readonly<Record<string, unknown>>;
  resource(): Resource | undefined;
  statuses(): readonly BackendStatus[];
}

/** Returns the source of the live feed. Call it when the backends have been connected. */
export async function liveSource(parts: LiveParts): Promise<LiveSource> {
  const { engine, clock, contents, options, statuses } = parts;
  const resource = parts.resource();
  // Reading attributes earlier would log an error.
  await resource?.waitForAsyncAttributes?.();
  const attributes = resource?.attributes ?? {};
  const { catalogues, recorders } = contents;
  const strategy = options['translationStrategy'] as TranslationStrategy | undefined;
  return {
    clock,
    applicationId: String(attributes['service.name'] ?? attributes['service.instance.id'] ?? ''),
    startedUnixMs: Math.round(clock.nowUnixMs() - process.uptime() * 1_000),
    producer: () => engine.snapshotProducer(),
    packs: () => Array.from(recorders.keys(), ({ name, catalogue }) => ({ name, metrics: catalogue.metrics })),
    catalogues() {
      const ofPacks = new Set(Array.from(recorders.keys(), ({ catalogue }) => catalogue));
      return [...catalogues].flatMap(([name, catalogue]) =>
        ofPacks.has(catalogue) ? [] : [{ name, metrics: catalogue.metrics }],
      );
    },
    budgets: () => engine.budgets(),
    statuses,
    ...(strategy === undefined ? {} : { translation: strategy }),
  };
}

/** Returns the maker of the routes. They load the view at their first request, and answer 503 if that fails. */
export function lazyLive(
  source: () => Promise<LiveSource>,
  warn: (message: string) => void,
): NonNullable<BackendContext['live']> {
  return (limits) => {
    let opening: Promise<Routes | undefined> | undefined;
    let isClosed = false;
    const open = () => {
      opening ??= import('../backends/live/index.js')
        .then(async ({ openLive }) => openLive(await source(), limits))
        .catch((error: unknown) => {
          warn(cut(`prometheus: the live page cannot be loaded: ${messageOf(error)}; other paths are served`, 200));
          return undefined;
        });
      return opening;
    };
    const routed = async <T>(serve: (routes: Routes) => Promise<T>): Promise<T | RouteResponse> => {
      const routes = isClosed ? undefined : await open();
      return routes === undefined ? notAvailable : serve(routes);
    };
    return {
      respond: (request) => routed((routes) => routes.respond(request)),
      upgrade: (request) => routed((routes) => routes.upgrade(request)),
      async close() {
        isClosed = true;
        await (await opening)?.close();
      },
    };
  };
}

const notAvailable: RouteResponse = {
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: [Buffer.from('The live page is not available: metrics were shut down, or the log names the reason.\n')],
};
