/** What is checked of the options of every pack, so that all problems are in one error. */
import type { Problem } from '../errors.js';

/** Options that are none, each with those that there are. */
export function unknownOptions(pack: string, options: object, known: readonly string[]): Problem[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => ({ where: `${pack}.${name}`, expected: `a known option: ${known.join(', ')}` }));
}

/** Durations that are none. */
export function wrongMilliseconds(pack: string, durations: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(durations)
    .filter(([, value]) => !(Number.isFinite(value) && (value as number) > 0))
    .map(([name, value]) => ({ where: `${pack}.${name}`, value, expected: 'milliseconds above 0' }));
}
