/** The option `maxExpectedSeconds` of packs: bucket boundaries up to the longest duration that an application expects. */
import { type Catalogue, type CatalogueOptions, type Definitions, defineCatalogue } from '../../catalogue/catalogue.js';
import type { Problem } from '../../errors.js';

/** One week. Longer durations are probably milliseconds by mistake. */
const maxSeconds = 604_800;

/** Reports an invalid option `maxExpectedSeconds`. */
export function wrongMaxExpectedSeconds(pack: string, seconds: unknown): Problem[] {
  if (seconds === undefined || (typeof seconds === 'number' && seconds > 0 && seconds <= maxSeconds)) return [];
  const expected = `seconds above 0, at most ${maxSeconds}`;
  return [{ where: `${pack}.maxExpectedSeconds`, value: seconds, expected }];
}

/** Options of the catalogue of a pack. */
export interface PackCatalogueOptions extends CatalogueOptions {
  /** The longest duration that histograms of durations resolve, in seconds; by default their own last boundary. */
  readonly maxExpectedSeconds?: number | undefined;
}

/** Defines the catalogue. Boundaries of durations are continued until the last one is at least `maxExpectedSeconds`. */
export function definePackCatalogue<const D extends Definitions>(
  definitions: D,
  { maxExpectedSeconds, ...options }: PackCatalogueOptions = {},
): Catalogue<D> {
  return defineCatalogue(withLongDurations(definitions, maxExpectedSeconds), options);
}

function withLongDurations<D extends Definitions>(definitions: D, maxExpectedSeconds: number | undefined): D {
  if (maxExpectedSeconds === undefined) return definitions;
  const maximum: Readonly<Record<string, number>> = { s: maxExpectedSeconds, ms: maxExpectedSeconds * 1_000 };
  const extended = Object.entries(definitions).map(([key, definition]) => {
    const { unit, buckets } = definition;
    if (buckets === undefined) return [key, definition];
    return [key, Object.freeze({ ...definition, buckets: reaching(buckets, maximum[unit]) })];
  });
  return Object.fromEntries(extended) as D;
}

/** Returns the boundaries, continued by doubling until the last one is at least `maximum`. */
function reaching(boundaries: readonly number[], maximum = 0): readonly number[] {
  const extended = [...boundaries];
  for (let last = extended.at(-1) ?? maximum; last < maximum; ) {
    last *= 2;
    extended.push(last);
  }
  return extended;
}
