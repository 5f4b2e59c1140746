/**
 * The route that Express matched, read from a request when its response is over.
 *
 * `request.route` is of the router that matched; the paths that this router and those around it are mounted at are not:
 * `request.baseUrl` has what the client wrote in their place, `/users/42`, and is empty again after an error. So routers
 * are looked through from the application down to the route, once for each route, and the paths as they were declared
 * are put together. A mount whose path is not known gives no route rather than a wrong one.
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
  /** As declared; from version 2.3 of the package `router` on. */
  readonly rawPath?: Path;
  match(path: string): unknown;
}

type Path = string | RegExp | readonly (string | RegExp)[];

/** A way from an application to a route. */
interface Way {
  /** What is passed on it, the route last. */
  readonly layers: readonly Layer[];
  /** As declared, all of it; `undefined` where that is not known. */
  readonly template: string | undefined;
}

/** Deeper is nobody's design, but a router within itself. */
const deepest = 16;

/** Templates by route, worked out when a route is met first. */
export class ExpressRoutes {
  readonly #ways = new WeakMap<object, readonly Way[]>();

  /** The route as declared: `/api/users/:id`; `undefined` where Express matched none. Throws what reading throws. */
  templateOf(request: object): string | undefined {
    const { route, originalUrl, app } = request as ExpressRequest;
    if (typeof route !== 'object' || route === null || app === undefined) return undefined;
    let ways = this.#ways.get(route);
    if (ways === undefined) {
      ways = waysTo(route, app);
      // An error takes a request out of an application within another, from where its routes are not seen.
      if (ways.length > 0) this.#ways.set(route, ways);
    }
    const way = ways.length > 1 ? ways.find((one) => leads(one, String(originalUrl))) : ways[0];
    return way?.template;
  }
}

function waysTo(route: object, app: Application): Way[] {
  const ways: Way[] = [];
  const prefix = prefixOf(app);
  const search = ({ stack }: Router, passed: readonly Layer[], template: string | undefined) => {
    if (!Array.isArray(stack) || passed.length > deepest) return;
    for (const layer of stack as readonly Layer[]) {
      const layers = [...passed, layer];
      if (layer.route === route) ways.push({ layers, template: joined(template, layer.route.path) });
      else if (layer.route === undefined && layer.handle !== undefined) {
        search(layer.handle, layers, joined(template, layer.rawPath));
      }
    }
  };
  if (app.router !== undefined) search(app.router, [], prefix);
  return ways;
}

/** Where an application is mounted in others. */
function prefixOf(app: Application): string | undefined {
  const paths: (Path | undefined)[] = [];
  for (let at = app; at.parent !== undefined && paths.length < deepest; at = at.parent) paths.unshift(at.mountpath);
  return paths.reduce<string | undefined>(joined, '');
}

/** Both paths as one; `undefined` where one of them is not known. */
function joined(before: string | undefined, path: Path | undefined): string | undefined {
  if (before === undefined || path === undefined) return undefined;
  const text = Array.isArray(path) ? path.map(String).join('|') : String(path);
  if (before === '') return text;
  return text === '/' ? before : `${before.replace(/\/$/, '')}${text.startsWith('/') ? '' : '/'}${text}`;
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
