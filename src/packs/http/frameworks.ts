/**
 * Middleware that reports the matched route, for frameworks that do not publish it. No framework is imported: the members
 * that are read are declared here.
 */
import { requireArgument } from '../../errors.js';

/** Receives matched routes; implemented by the recorder of the pack. */
interface RouteRecorder {
  matched(request: object, template: string): void;
}

/** A handler of Hono. A mounted application with an `onError` wraps its handlers. */
interface HonoHandler {
  readonly length: number;
  readonly __COMPOSED_HANDLER?: HonoHandler;
}

/** Middleware or a route that matched a request in Hono. */
interface HonoMatch {
  readonly method: string;
  readonly path: string;
  readonly handler: HonoHandler;
}

/** The members of Hono's context that are read. */
interface HonoContext {
  /** Has `incoming`, the request of `node:http`, if `@hono/node-server` serves. */
  readonly env: unknown;
  /** True once there is a response. */
  readonly finalized: boolean;
  readonly res: { readonly status: number };
  readonly req: {
    readonly matchedRoutes: readonly HonoMatch[];
    /** Index of the match that ran last. */
    readonly routeIndex: number;
  };
}

/**
 * Returns middleware for Hono 4 on `@hono/node-server` that reports the matched route. Add it before all routes.
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
  requireRecorder('honoRoutes', recorder);
  return async (context: HonoContext, next: () => Promise<void>): Promise<void> => {
    const report = (isRoute: (match: HonoMatch) => boolean) =>
      ignoreErrors(() => {
        const { matchedRoutes, routeIndex } = context.req;
        const route = matchedRoutes.find((match, index) => index >= routeIndex && isRoute(match));
        const { incoming } = context.env as { incoming: object };
        const path = route?.path ?? answeringMiddleware(context);
        if (path !== undefined) recorder.matched(incoming, path);
      });
    // Covers a request that is aborted before it is answered: a handler that does not take `next` is a route.
    report((match) => !takesNext(match));
    try {
      await next();
    } finally {
      // Middleware may have a method, like a route: the route is the match that ran last, or one after it.
      report((match) => match.method !== 'ALL' || !takesNext(match));
    }
  };
}

/**
 * Returns the path of middleware that answered instead of a route. A request that all middleware passed on gets a 404 and
 * looks the same, so that a 404 has no path. Neither has middleware for all paths.
 */
function answeringMiddleware({ finalized, res, req }: HonoContext): string | undefined {
  const path = finalized && res.status !== 404 ? req.matchedRoutes[req.routeIndex]?.path : undefined;
  return path === '*' || path === '/*' ? undefined : path;
}

/** Reports whether a handler may pass a request on to the next handler. */
function takesNext({ handler }: HonoMatch): boolean {
  let unwrapped = handler;
  while (unwrapped.__COMPOSED_HANDLER !== undefined) unwrapped = unwrapped.__COMPOSED_HANDLER;
  return unwrapped.length > 1;
}

/** The members of Koa's context that are read; `@koa/router` sets `_matchedRoute`. */
interface KoaContext {
  readonly req: object;
  readonly _matchedRoute?: string | RegExp | undefined;
}

/** The end of the path of middleware that a router of `@koa/router` 15 runs before its routes. */
const anyEnd = /\(\?:\\\/\|\$\)$/;

/**
 * Returns middleware for Koa 3 that reports the route that `@koa/router` matched. Add it before the router. With other
 * routers, call `recorder.route(context.req, template)`.
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
  requireRecorder('koaRoutes', recorder);
  return async (context: KoaContext, next: () => Promise<unknown>): Promise<void> => {
    try {
      await next();
    } finally {
      ignoreErrors(() => {
        const { req, _matchedRoute: route } = context;
        const template = String(route ?? '').replace(anyEnd, '');
        if (template !== '') recorder.matched(req, template);
      });
    }
  };
}

/** The members of Fastify's request that are read; `url` is missing if no route matched. */
interface FastifyRequest {
  readonly raw: object;
  readonly routeOptions: { readonly url?: string | undefined };
}

/**
 * Returns an `onRequest` hook for Fastify 5 that reports the matched route. Without the hook, the route is known only when
 * the handler is about to run: a request that validation or an earlier hook rejects has no route.
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
  requireRecorder('fastifyRoutes', recorder);
  return (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    ignoreErrors(() => {
      const { url } = request.routeOptions;
      if (url !== undefined) recorder.matched(request.raw, url);
    });
    done();
  };
}

/** Checks the recorder, because the middleware ignores all later errors. */
function requireRecorder(middleware: string, recorder: RouteRecorder): void {
  const isRecorder = typeof (recorder as Partial<RouteRecorder> | null)?.matched === 'function';
  requireArgument(`${middleware}: recorder`, recorder, isRecorder, 'the recorder of the pack, such as metrics.http');
}

/** Calls `report` and ignores its errors: an incompatible framework version must not break the response. */
function ignoreErrors(report: () => void): void {
  try {
    report();
  } catch {
    // The request has no route.
  }
}
