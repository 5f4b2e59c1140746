/** Replaces a method of one object for a time, without a change to its class. */

/**
 * Replaces a method. A frozen object is left as it is.
 *
 * @returns a function that restores the method, unless other code has replaced it in the meantime.
 */
export function replaceMethod<T extends object, K extends keyof T>(target: T, name: K, replacement: T[K]): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const after = { value: replacement, configurable: true, enumerable: false, writable: true };
  if (!Reflect.defineProperty(target, name, after)) return () => {};
  return () => {
    if (target[name] !== replacement) return;
    if (before === undefined) delete target[name];
    else Object.defineProperty(target, name, before);
  };
}
