/** Mounts of Express: where an application is mounted, and which mount answered a request. */
import { isMountedAt, type Layer, type Path, patternsOf, type Router } from './express-layers.js';
import { advance, follow, type Pattern, type Position } from './express-pattern.js';

/** An application, possibly mounted in another application. */
export interface Application {
  readonly router?: Router;
  /** The router in Express 4, whose `router` throws. */
  readonly _router?: Router;
  readonly parent?: Application;
  readonly mountpath?: Path;
}

/** A function, router or application that is mounted at a path. */
interface Mount {
  readonly patterns: readonly Pattern[];
  readonly router: Router | undefined;
}

/** Maximum depth of nested routers; ends the search in a router that contains itself. */
export const maxDepth = 16;

/** Returns the router of an application. */
export function routerOf(app: Application): Router | undefined {
  return app._router ?? app.router;
}

/** Returns the router that is mounted by a layer; `undefined` for a route or a function. */
export function mountedRouter({ route, handle }: Layer): Router | undefined {
  return route === undefined && Array.isArray(handle?.stack) ? handle : undefined;
}

/** A router in which an application is mounted, as it was when the mount was searched. */
interface Step {
  readonly mounted: Application;
  readonly parent: Application;
  readonly path: Path | undefined;
  readonly stack: readonly Layer[] | undefined;
  readonly size: number | undefined;
}

/** The patterns that an application is mounted at, and the routers that they were read from. */
interface OuterMounts {
  readonly steps: readonly Step[];
  readonly mounts: readonly (readonly Pattern[])[] | undefined;
}

function searchOuterMounts(app: Application): OuterMounts {
  const steps: Step[] = [];
  let mounts: (readonly Pattern[])[] | undefined = [];
  for (let mounted = app; mounted.parent !== undefined && mounts !== undefined; mounted = mounted.parent) {
    const { parent, mountpath: path } = mounted;
    const stack = routerOf(parent)?.stack;
    steps.push({ mounted, parent, path, stack, size: stack?.length });
    const layer = path === undefined ? undefined : stack?.findLast((candidate) => isMountedAt(candidate, path));
    if (layer === undefined || mounts.length >= maxDepth) mounts = undefined;
    else mounts.unshift(patternsOf(layer, path));
  }
  return { steps, mounts };
}

/** Reports whether a router still has as many layers and the application its last mount. */
function isCurrent({ mounted, parent, path, stack, size }: Step): boolean {
  if (mounted.parent !== parent || mounted.mountpath !== path) return false;
  return routerOf(parent)?.stack === stack && stack?.length === size;
}

/** Finds the mount that answered a request. */
export class ExpressMounts {
  readonly #outerMounts = new WeakMap<Application, OuterMounts>();
  readonly #mountsByRouter = new WeakMap<Router, { readonly size: number; readonly mounts: readonly Mount[] }>();

  /**
   * Returns the patterns that an application is mounted at, outermost first; `undefined` if one is not found. An
   * application that is mounted twice has only its last mount. The search is repeated when a router around the
   * application has more layers: Express 4 compiles expressions in each search.
   */
  mountsOf(app: Application): readonly (readonly Pattern[])[] | undefined {
    let outer = this.#outerMounts.get(app);
    // The outermost application of the search may have been mounted since.
    if (
      outer === undefined ||
      (outer.steps.at(-1)?.parent ?? app).parent !== undefined ||
      !outer.steps.every(isCurrent)
    ) {
      outer = searchOuterMounts(app);
      this.#outerMounts.set(app, outer);
    }
    return outer.mounts;
  }

  /**
   * Returns the joined declared paths of the mounts that match exactly `baseUrl`; `undefined` if no mount matches, or if
   * mounts with different paths match: the request does not show which mount answered.
   */
  templateOf(app: Application, path: string, baseUrl: string): string | undefined {
    const outer = this.mountsOf(app);
    const start = outer && follow(path, outer);
    const router = routerOf(app);
    if (start === undefined || router === undefined) return undefined;
    const templates = new Set<string | undefined>();
    if (start.base === baseUrl && baseUrl !== '') templates.add(start.template);
    this.#collect(router, start, baseUrl, templates, 0);
    return templates.size === 1 ? [...templates][0] : undefined;
  }

  #collect(router: Router, start: Position, baseUrl: string, templates: Set<string | undefined>, depth: number): void {
    if (depth >= maxDepth) return;
    for (const { patterns, router: inner } of this.#mountsIn(router)) {
      const position = advance(start, patterns);
      if (position === undefined || !baseUrl.startsWith(position.base)) continue;
      if (position.base === baseUrl) templates.add(position.template);
      if (inner !== undefined) this.#collect(inner, position, baseUrl, templates, depth + 1);
    }
  }

  /** Returns the mounts of a router; read again when layers were added. */
  #mountsIn(router: Router): readonly Mount[] {
    const stack = router.stack ?? [];
    const cached = this.#mountsByRouter.get(router);
    if (cached?.size === stack.length) return cached.mounts;
    const mounts = stack
      .filter(({ route }) => route === undefined)
      .map((layer) => ({ patterns: patternsOf(layer), router: mountedRouter(layer) }));
    this.#mountsByRouter.set(router, { size: stack.length, mounts });
    return mounts;
  }
}
