/** Hashed names, which reveal nothing about their origin. */
import { createHash } from 'node:crypto';

/** Returns sixteen hexadecimal digits of the text's SHA-256. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
