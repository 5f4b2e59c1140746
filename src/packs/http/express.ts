/**
 * Reads the route that Express 4 or 5 matched, from a request whose response has ended.
 *
 * `request.route` has the path within its own router only. The mount paths of the routers around it are not on the
 * request: `request.baseUrl` has the client's text instead, `/users/42`, and is empty after an error. The routers are
 * therefore searched from the application down to the route, once per application and route, and the declared paths are
 * joined. If a function answers that is mounted at a path, the declared path of its mount is the route.
 *
 * If a declared path is unknown, or no candidate matches the URL, the request gets no route instead of a wrong one.
 */
import { patternsOf, type Router } from './express-layers.js';
import { type Application, ExpressMounts, maxDepth, mountedRouter, routerOf } from './express-mounts.js';
import { advance, baseOf, follow, join, type Pattern, withoutEndSlash } from './express-pattern.js';

/** The members of an Express request that this file reads; each may be missing. */
interface ExpressRequest {
  readonly route?: unknown;
  /** The path that mounts removed from `url`: the client's text. */
  readonly baseUrl?: unknown;
  readonly url?: unknown;
  readonly originalUrl?: unknown;
  readonly app?: Application;
}

/** A chain of layers from the outermost application to a route. */
interface LayerChain {
  /** The patterns of each mount, outermost first. */
  readonly mounts: readonly (readonly Pattern[])[];
  /** The patterns of the route. */
  readonly route: readonly Pattern[];
  /** The joined declared paths; `undefined` if a layer has several, or an unknown one. */
  readonly template: string | undefined;
  /** Matches `request.baseUrl` at the route, without allocation; `undefined` if the mounts have other than plain segments. */
  readonly plainBase: RegExp | undefined;
}

/** The chains found between an application and a route. */
interface SearchResult {
  readonly chains: readonly LayerChain[];
  /** The chain that every request of this application and route took, whatever its URL. */
  readonly only: LayerChain | undefined;
}

/** Route templates by application and route, searched once for each pair. */
export class ExpressRoutes {
  readonly #results = new WeakMap<Application, WeakMap<object, SearchResult>>();
  /** All chains found for a route, from any application. */
  readonly #chainsByRoute = new WeakMap<object, LayerChain[]>();
  readonly #mounts = new ExpressMounts();

  /**
   * Returns the declared route of a request, `/api/users/:id`; `undefined` if Express matched no route and no mount.
   *
   * @throws any error that a getter of the request or of a layer throws.
   */
  templateOf(request: object): string | undefined {
    const { route, app, baseUrl, url, originalUrl } = request as ExpressRequest;
    if (typeof app !== 'function' || typeof baseUrl !== 'string') return undefined;
    const routed = typeof route === 'object' && route !== null ? this.#search(route, app) : undefined;
    const only = routed?.only;
    if (only?.template !== undefined && (baseUrl === '' || only.plainBase?.test(baseUrl) === true))
      return only.template;
    const path = baseUrl + pathnameOf(url);
    if (only?.template !== undefined && isWithin(baseUrl, baseOf(path, only.mounts))) return only.template;
    if (routed !== undefined) {
      // After an error leaves a mounted application, `app` is the outer one, from which the route is not reachable.
      const left = this.#chainsByRoute.get(route as object) ?? [];
      // A handler may have changed `url`.
      for (const candidate of [path, pathnameOf(originalUrl)]) {
        for (const { mounts, route: patterns } of [...routed.chains, ...left]) {
          const mounted = follow(candidate, mounts);
          const end = isWithin(baseUrl, mounted?.base) ? mounted && advance(mounted, patterns) : undefined;
          if (end !== undefined) return end.template;
        }
      }
    }
    return baseUrl === '' ? undefined : this.#mounts.templateOf(app, path, baseUrl);
  }

  #search(route: object, app: Application): SearchResult {
    let ofApp = this.#results.get(app);
    if (ofApp === undefined) {
      ofApp = new WeakMap();
      this.#results.set(app, ofApp);
    }
    let result = ofApp.get(route);
    if (result === undefined) {
      result = search(route, app, this.#mounts.mountsOf(app));
      ofApp.set(route, result);
      if (result.chains.length > 0) {
        this.#chainsByRoute.set(route, [...(this.#chainsByRoute.get(route) ?? []), ...result.chains]);
      }
    }
    return result;
  }
}

function search(route: object, app: Application, outer: readonly (readonly Pattern[])[] | undefined): SearchResult {
  const chains: LayerChain[] = [];
  const router = routerOf(app);
  if (outer === undefined || router === undefined) return { chains, only: undefined };
  const mounts = [...outer];
  let hasMountedApp = false;
  const searchRouter = ({ stack }: Router) => {
    if (!Array.isArray(stack) || mounts.length > maxDepth) return;
    for (const layer of stack as NonNullable<Router['stack']>) {
      hasMountedApp ||= layer.name === 'mounted_app';
      if (layer.route === route) chains.push(chainOf(mounts, patternsOf(layer)));
      const inner = mountedRouter(layer);
      if (inner === undefined) continue;
      mounts.push(patternsOf(layer));
      searchRouter(inner);
      mounts.pop();
    }
  };
  searchRouter(router);
  // A mounted application may share the router of the route, and an error may have left it.
  const isUnambiguous = chains.length === 1 && app.parent === undefined && !hasMountedApp;
  return { chains, only: isUnambiguous ? chains[0] : undefined };
}

function chainOf(mounts: readonly (readonly Pattern[])[], route: readonly Pattern[]): LayerChain {
  const base = templateOf(mounts);
  return {
    mounts: [...mounts],
    route,
    template: join(base, templateOf([route])),
    plainBase: base === undefined ? undefined : plainPattern(withoutEndSlash(base)),
  };
}

/** Returns the expression of a path that consists of words and whole parameters, `/api/:tenant`. */
function plainPattern(path: string): RegExp | undefined {
  if (!/^(?:\/(?:[\w-]+|:\w+))*$/.test(path)) return undefined;
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`, 'i');
}

/** Returns the joined declared paths of layers; `undefined` if one has several paths, or an unknown one. */
function templateOf(layers: readonly (readonly Pattern[])[]): string | undefined {
  const templates = layers.map((patterns) => (patterns.length === 1 ? patterns[0]?.template : undefined));
  return templates.reduce<string | undefined>(join, '');
}

/** Reports whether the response came from within `base`, or from a router around it that handles errors. */
function isWithin(baseUrl: string, base: string | undefined): boolean {
  return base !== undefined && (baseUrl === '' || base === baseUrl || base.startsWith(`${baseUrl}/`));
}

/** Returns the path of a request target, which may be in absolute form. */
function pathnameOf(url: unknown): string {
  const target = String(url);
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '');
}
