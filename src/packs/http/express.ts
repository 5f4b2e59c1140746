/**
 * Reads the route that Express matched, from a request whose response has ended.
 *
 * `request.route` has the path within its own router only. The mount paths of the routers around it are not on the
 * request: `request.baseUrl` has the client's text instead, `/users/42`, and is empty after an error. The routers are
 * therefore searched from the application down to the route, once per application and route, and the declared paths are
 * joined. If a mount path is unknown, or no candidate matches the URL, the request gets no route instead of a wrong one.
 */

/** The members of an Express request that this file reads; each may be missing. */
interface ExpressRequest {
  readonly route?: unknown;
  readonly originalUrl?: unknown;
  readonly app?: Application;
}

/** An Express application, possibly mounted in another application. */
interface Application {
  readonly router?: Router;
  readonly parent?: Application;
  readonly mountpath?: Path;
}

interface Router {
  readonly stack?: readonly Layer[];
}

/** A route, or a mounted function, router or application. */
interface Layer {
  readonly route?: { readonly path?: Path };
  readonly handle?: Router;
  /** Name of the mounted function. */
  readonly name?: string;
  /** The declared path; set by the package `router` from version 2.3 on. */
  readonly rawPath?: Path;
  match(path: string): unknown;
}

type Path = string | RegExp | readonly (string | RegExp)[];

/** A chain of layers from the outermost application to a route. */
interface LayerChain {
  /** The layers in order, the route last. */
  readonly layers: readonly Layer[];
  /** The joined declared paths; `undefined` if one of them is unknown. */
  readonly template: string | undefined;
}

/** The chains found between an application and a route. */
interface SearchResult {
  readonly chains: readonly LayerChain[];
  /** True if every request of this application and route took the first chain, whatever its URL. */
  readonly isUnambiguous: boolean;
}

/** Maximum depth of nested routers; ends the search in a router that contains itself. */
const maxDepth = 16;

/** Route templates by application and route, searched once for each pair. */
export class ExpressRoutes {
  readonly #results = new WeakMap<Application, WeakMap<object, SearchResult>>();
  /** All chains found for a route, from any application. */
  readonly #chainsByRoute = new WeakMap<object, LayerChain[]>();

  /**
   * Returns the declared route of a request, `/api/users/:id`; `undefined` if Express matched no route.
   *
   * @throws any error that a getter of the request or of a layer throws.
   */
  templateOf(request: object): string | undefined {
    const { route, originalUrl, app } = request as ExpressRequest;
    if (typeof route !== 'object' || route === null || app === undefined) return undefined;
    const { chains, isUnambiguous } = this.#search(route, app);
    if (isUnambiguous) return chains[0]?.template;
    const isMatch = (chain: LayerChain) => matches(chain, String(originalUrl));
    // After an error leaves a mounted application, `app` is the outer one, from which the route is not reachable.
    const chain = chains.find(isMatch) ?? this.#chainsByRoute.get(route)?.find(isMatch);
    return chain?.template;
  }

  #search(route: object, app: Application): SearchResult {
    let ofApp = this.#results.get(app);
    if (ofApp === undefined) {
      ofApp = new WeakMap();
      this.#results.set(app, ofApp);
    }
    let result = ofApp.get(route);
    if (result === undefined) {
      result = search(route, app);
      ofApp.set(route, result);
      if (result.chains.length > 0) {
        this.#chainsByRoute.set(route, [...(this.#chainsByRoute.get(route) ?? []), ...result.chains]);
      }
    }
    return result;
  }
}

function search(route: object, app: Application): SearchResult {
  const chains: LayerChain[] = [];
  const mounts = mountsOf(app);
  if (mounts === undefined) return { chains, isUnambiguous: false };
  const parents = [...mounts];
  let hasMountedApp = false;
  const searchRouter = ({ stack }: Router, template: string | undefined) => {
    if (!Array.isArray(stack) || parents.length > maxDepth) return;
    for (const layer of stack as readonly Layer[]) {
      hasMountedApp ||= layer.name === 'mounted_app';
      if (layer.route === route)
        chains.push({ layers: [...parents, layer], template: join(template, layer.route.path) });
      else if (layer.route === undefined && layer.handle?.stack !== undefined) {
        parents.push(layer);
        searchRouter(layer.handle, join(template, layer.rawPath));
        parents.pop();
      }
    }
  };
  const prefix = mounts.map(({ rawPath }) => rawPath).reduce<string | undefined>(join, '');
  if (app.router !== undefined) searchRouter(app.router, prefix);
  // A mounted application may share the router of the route, and an error may have left it.
  return { chains, isUnambiguous: chains.length === 1 && app.parent === undefined && !hasMountedApp };
}

/**
 * Returns the layers that an application is mounted at, outermost first; `undefined` if one is not found. An application
 * that is mounted twice has only its last mount.
 */
function mountsOf(app: Application): Layer[] | undefined {
  const mounts: Layer[] = [];
  for (let mounted = app; mounted.parent !== undefined; mounted = mounted.parent) {
    const path = textOf(mounted.mountpath);
    const mount = mounted.parent.router?.stack?.find(
      (layer) => layer.route === undefined && textOf(layer.rawPath) === path,
    );
    if (mount === undefined || path === undefined || mounts.length >= maxDepth) return undefined;
    mounts.unshift(mount);
  }
  return mounts;
}

/** Joins two paths; `undefined` if either is unknown. */
function join(prefix: string | undefined, path: Path | undefined): string | undefined {
  const text = textOf(path);
  if (prefix === undefined || text === undefined) return undefined;
  if (prefix === '') return text;
  return text === '/' ? prefix : `${prefix.replace(/\/$/, '')}${text.startsWith('/') ? '' : '/'}${text}`;
}

function textOf(path: Path | undefined): string | undefined {
  return Array.isArray(path) ? path.flat(Number.POSITIVE_INFINITY).map(String).join('|') : path && String(path);
}

/** Reports whether a URL matches a chain of layers. */
function matches({ layers }: LayerChain, url: string): boolean {
  let path = url.replace(/[?#].*$/s, '');
  for (const layer of layers) {
    const match = layer.match(path) as { path?: unknown } | boolean;
    if (typeof match !== 'object' || typeof match.path !== 'string') return false;
    path = path.slice(match.path.replace(/\/$/, '').length);
    if (!path.startsWith('/')) path = `/${path}`;
  }
  return true;
}
