/** Reads values that an application passes, of any type, without throwing. */

/** Converts a value to text; a value that cannot be converted becomes empty text. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

/** Reads a property of an options object; `undefined` if there is no object or reading throws. */
export function readOption<T extends object, K extends keyof T>(
  object: T | null | undefined,
  key: K,
): T[K] | undefined {
  try {
    return object?.[key];
  } catch {
    return undefined;
  }
}
