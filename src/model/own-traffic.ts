/** Marks the servers and requests of this package, so that they are not measured as traffic of the application. */

/** Registered symbol, so that two copies of the package recognize each other's marks. */
const mark = Symbol.for('otelier.own_traffic');

/** Marks a server or a request as this package's own, and returns it. */
export function markOwn<T extends object>(thing: T): T {
  return Object.defineProperty(thing, mark, { value: true });
}

/** Reports whether a server or a request is this package's own. */
export function isOwn(thing: object | undefined): boolean {
  return thing !== undefined && mark in thing;
}
