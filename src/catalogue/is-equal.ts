/** Equality of definitions and options: a module that is evaluated again creates other objects with the same contents. */

/** Nesting that is compared. A structure that is deeper, or contains itself, differs. */
const maxDepth = 50;

/**
 * Compares plain objects and lists by their contents, other values by identity. All functions are equal: their contents
 * cannot be compared.
 */
export function isEqual(one: unknown, other: unknown, depth = 0): boolean {
  if (Object.is(one, other) || (typeof one === 'function' && typeof other === 'function')) return true;
  if (!isPlain(one) || !isPlain(other) || depth > maxDepth) return false;
  const keys = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key as never], other[key as never], depth + 1))
  );
}

/** Reports whether a value is a list, or an object of no class. Test runners have several `Object.prototype`. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  let prototype = Object.getPrototypeOf(value);
  // Prototypes of definitions and catalogues, which answer wrong calls.
  while (prototype !== null && isHidden(prototype)) prototype = Object.getPrototypeOf(prototype);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Reports whether a prototype is not that of a class, and adds nothing to what is compared. */
function isHidden(prototype: object): boolean {
  return !Object.hasOwn(prototype, 'constructor') && Object.keys(prototype).length === 0;
}
