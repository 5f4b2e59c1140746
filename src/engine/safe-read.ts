/** Reading what an application hands over, whatever it is: nothing of it throws back at the application. */

/** A value as text; empty where it has none. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

/** A property of what should be an object; `undefined` where it is none, or reading throws. */
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
