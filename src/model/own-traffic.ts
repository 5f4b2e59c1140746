/** What this package serves and requests for itself, marked so that nobody takes it for traffic of the application. */

/** Registered, so that two copies of the package know each other's. */
const mark = Symbol.for('otelier.own_traffic');

/** Marks a server or a request as one of this package's own; returns it. */
export function markOwn<T extends object>(thing: T): T {
  return Object.defineProperty(thing, mark, { value: true });
}

/** Whether a server or a request is one of this package's own. */
export function isOwn(thing: object | undefined): boolean {
  return thing !== undefined && mark in thing;
}
