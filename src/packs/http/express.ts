/**
 * The route that Express matched, read from a request when its response is over.
 *
 * `request.route` is of the router that matched; the paths that this router and those around it are mounted at are not:
 * `request.baseUrl` has what the client wrote in their place, `/users/42`, and is empty again after an error. So routers
 * are looked through from the application down to the route, once for each of both, and the paths as they were declared
 * are put together. A mount whose path is not known, or one among several that is not that of the URL, gives no route
 * rather than a wrong one.
 */

/** What is read of a request of Express; nothing of it needs to be there. */
interface ExpressRequest {
  readonly route?: unknown;
  readonly originalUrl?: unknown;
  readonly app?: Application;
}

/** An application of Express, or one within another. */
interface Application {
  readonly router?: Router;
  readonly parent?: Application;
  readonly mountpath?: Path;
}

interface Router {
  readonly stack?: readonly Layer[];
}

/** A route, or something that is mounted. */
interface Layer {
  readonly route?: { readonly path?: Path };
  readonly handle?: Router;
  /** Of the function that is mounted. */
  readonly name?: string;
  /** As declared; from version 2.3 of the package `router` on. */
  readonly rawPath?: Path;
  match(path: string): unknown;
}

type Path = string | RegExp | readonly (string | RegExp)[];

/** A way from the outermost application to a route. */
interface Way {
  /** What is passed on it, the route last. */
  readonly layers: readonly Layer[];
  /** As declared, all of it; `undefined` where that is not known. */
  readonly template: string | undefined;
}

/** What an application and a route have between them. */
interface Ways {
  readonly ways: readonly Way[];
  /** Whether a request of both has taken the first of them, whatever its URL is. */
  readonly isCertain: boolean;
}

/** Deeper is nobody's design, but a router within itself. */
const deepest = 16;

/** Templates by application and route, worked out when both are met first. */
export class ExpressRoutes {
  readonly #found = new WeakMap<Application, WeakMap<object, Ways>>();
  /** Those of a route from all applications that it was met in. */
  readonly #ofRoute = new WeakMap<object, Way[]>();

  /** The route as declared: `/api/users/:id`; `undefined` where Express matched none. Throws what reading throws. */
  templateOf(request: object): string | undefined {
    const { route, originalUrl, app } = request as ExpressRequest;
    if (typeof route !== 'object' || route === null || app === undefined) return undefined;
    const { ways, isCertain } = this.#waysTo(route, app);
    if (isCertain) return ways[0]?.template;
    const isTaken = (way: Way) => leads(way, String(originalUrl));
    // An error takes a request out of an application within another, from where its routes are not seen.
    const way = ways.find(isTaken) ?? this.#ofRoute.get(route)?.find(isTaken);
    return way?.template;
  }

  #waysTo(route: object, app: Application): Ways {
    let ofApp = this.#found.get(app);
    if (ofApp === undefined) {
      ofApp = new WeakMap();
      this.#found.set(app, ofApp);
    }
    let found = ofApp.get(route);
    if (found === undefined) {
      found = search(route, app);
      ofApp.set(route, found);
      if (found.ways.length > 0) this.#ofRoute.set(route, [...(this.#ofRoute.get(route) ?? []), ...found.ways]);
    }
    return found;
  }
}

function search(route: object, app: Application): Ways {
  const ways: Way[] = [];
  const mounts = mountsOf(app);
  if (mounts === undefined) return { ways, isCertain: false };
  const passed = [...mounts];
  let hasInner = false;
  const within = ({ stack }: Router, template: string | undefined) => {
    if (!Array.isArray(stack) || passed.length > deepest) return;
    for (const layer of stack as readonly Layer[]) {
      hasInner ||= layer.name === 'mounted_app';
      if (layer.route === route)
        ways.push({ layers: [...passed, layer], template: joined(template, layer.route.path) });
      else if (layer.route === undefined && layer.handle?.stack !== undefined) {
        passed.push(layer);
        within(layer.handle, joined(template, layer.rawPath));
        passed.pop();
      }
    }
  };
  const prefix = mounts.map(({ rawPath }) => rawPath).reduce<string | undefined>(joined, '');
  if (app.router !== undefined) within(app.router, prefix);
  // An application within it may share the router of the route, and have let an error out.
  return { ways, isCertain: ways.length === 1 && app.parent === undefined && !hasInner };
}

/**
 * Where an application is mounted in others, the outermost first; `undefined` where that is not found. One that is
 * mounted twice knows only the last of it.
 */
function mountsOf(app: Application): Layer[] | undefined {
  const mounts: Layer[] = [];
  for (let at = app; at.parent !== undefined; at = at.parent) {
    const path = textOf(at.mountpath);
    const mount = at.parent.router?.stack?.find((layer) => layer.route === undefined && textOf(layer.rawPath) === path);
    if (mount === undefined || path === undefined || mounts.length >= deepest) return undefined;
    mounts.unshift(mount);
  }
  return mounts;
}

/** Both paths as one; `undefined` where one of them is not known. */
function joined(before: string | undefined, path: Path | undefined): string | undefined {
  const text = textOf(path);
  if (before === undefined || text === undefined) return undefined;
  if (before === '') return text;
  return text === '/' ? before : `${before.replace(/\/$/, '')}${text.startsWith('/') ? '' : '/'}${text}`;
}

function textOf(path: Path | undefined): string | undefined {
  return Array.isArray(path) ? path.flat(Number.POSITIVE_INFINITY).map(String).join('|') : path && String(path);
}

/** Whether a way is that of a URL. */
function leads({ layers }: Way, url: string): boolean {
  let path = url.replace(/[?#].*$/s, '');
  for (const layer of layers) {
    const match = layer.match(path) as { path?: unknown } | boolean;
    if (typeof match !== 'object' || typeof match.path !== 'string') return false;
    path = path.slice(match.path.replace(/\/$/, '').length);
    if (!path.startsWith('/')) path = `/${path}`;
  }
  return true;
}
