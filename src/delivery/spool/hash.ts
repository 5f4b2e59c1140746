/** Names that do not tell what they stand for. */
import { createHash } from 'node:crypto';

/** Sixteen hexadecimal digits. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
