/**
 * One line for frameworks that tell nobody which route they matched. Nothing of a framework is imported: what is read is
 * declared here.
 */

/** What takes a route that was matched: the recorder of the pack. */
interface RouteRecorder {
  matched(request: object, template: string): void;
}

/** A handler of Hono; one of an application within another that has an `onError` is wrapped. */
interface HonoHandler {
  readonly length: number;
  readonly __COMPOSED_HANDLER?: HonoHandler;
}

/** What matched a request in Hono: middleware or a route. */
interface HonoMatch {
  readonly method: string;
  readonly path: string;
  readonly handler: HonoHandler;
}

/** What is read of the context of Hono. */
interface HonoContext {
  /** With `incoming`, the request of `node:http`, where `@hono/node-server` serves. */
  readonly env: unknown;
  readonly req: {
    readonly matchedRoutes: readonly HonoMatch[];
    /** Which of them was run last. */
    readonly routeIndex: number;
  };
}

/**
 * Middleware of Hono 4 on `@hono/node-server` that says which route a request takes; before all routes.
 *
 * @example
 * import { Hono } from 'hono';
 * import { startMetrics } from 'otelier';
 * import { honoRoutes, http } from 'otelier/packs/http';
 * const metrics = startMetrics({ packs: { http: http() } });
 * const app = new Hono();
 * app.use(honoRoutes(metrics.http));
 */
export function honoRoutes(recorder: RouteRecorder) {
  return async (context: HonoContext, next: () => Promise<void>): Promise<void> => {
    const tell = (isRoute: (match: HonoMatch) => boolean) =>
      told(() => {
        const { matchedRoutes, routeIndex } = context.req;
        const route = matchedRoutes.find((match, index) => index >= routeIndex && isRoute(match));
        const { incoming } = context.env as { incoming: object };
        if (route !== undefined) recorder.matched(incoming, route.path);
      });
    // For a request that is aborted before it is known what answers: what calls nothing after it surely does.
    tell((match) => !takesNext(match));
    try {
      await next();
    } finally {
      // Middleware can have a method, as a route has: it is the last that was run, or one that it kept from running.
      tell((match) => match.method !== 'ALL' || !takesNext(match));
    }
  };
}

/** Whether a handler may leave the answer to what is after it. */
function takesNext({ handler }: HonoMatch): boolean {
  let declared = handler;
  while (declared.__COMPOSED_HANDLER !== undefined) declared = declared.__COMPOSED_HANDLER;
  return declared.length > 1;
}

/** What is read of the context of Koa; `_matchedRoute` is set by `@koa/router`. */
interface KoaContext {
  readonly req: object;
  readonly _matchedRoute?: string | RegExp | undefined;
}

/**
 * Middleware of Koa 3 that says which route `@koa/router` matched; before the router. Other routers call
 * `recorder.route(context.req, template)`.
 *
 * @example
 * import Koa from 'koa';
 * import { startMetrics } from 'otelier';
 * import { http, koaRoutes } from 'otelier/packs/http';
 * const metrics = startMetrics({ packs: { http: http() } });
 * const app = new Koa();
 * app.use(koaRoutes(metrics.http));
 */
export function koaRoutes(recorder: RouteRecorder) {
  return async (context: KoaContext, next: () => Promise<unknown>): Promise<void> => {
    try {
      await next();
    } finally {
      told(() => {
        const { req, _matchedRoute: route } = context;
        if (route !== undefined) recorder.matched(req, String(route));
      });
    }
  };
}

/** What is read of a request of Fastify; one that no route matched has no URL. */
interface FastifyRequest {
  readonly raw: object;
  readonly routeOptions: { readonly url?: string | undefined };
}

/**
 * A hook `onRequest` of Fastify 5 that says which route a request takes. Without it, that is known from when the handler
 * is due; a request that is refused before, by the validation or a hook other than `preHandler`, has none.
 *
 * @example
 * import fastify from 'fastify';
 * import { startMetrics } from 'otelier';
 * import { fastifyRoutes, http } from 'otelier/packs/http';
 * const metrics = startMetrics({ packs: { http: http() } });
 * const app = fastify();
 * app.addHook('onRequest', fastifyRoutes(metrics.http));
 */
export function fastifyRoutes(recorder: RouteRecorder) {
  return (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    told(() => {
      const { url } = request.routeOptions;
      if (url !== undefined) recorder.matched(request.raw, url);
    });
    done();
  };
}

/** A framework that has become another one costs a route, not a response. */
function told(tell: () => void): void {
  try {
    tell();
  } catch {
    // It is left without a route.
  }
}
