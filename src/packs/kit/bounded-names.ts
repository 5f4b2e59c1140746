/** Names that come from outside, made few: normalised, and only so many of them, whatever clients invent. */
import { otherValue } from '../../model/instrument.js';

/** Longer names are no names, but something else that got into their place. */
export const longestName = 100;

/** How many of the first names seen have series of their own; or all names that ever do. */
export type NameOption = number | readonly string[];

/** How many names have series of their own. */
export function countOf(names: NameOption): number {
  return typeof names === 'number' ? names : names.length;
}

/** The first names seen, or those listed; whatever comes after them is `_OTHER`. */
export class BoundedNames {
  /** Normalised name by itself. */
  readonly #admitted = new Map<string, string>();
  readonly #limit: number;
  readonly #normalise: (name: string) => string;

  /** @param names how many of the first names are admitted; or all names that ever are. */
  constructor(names: NameOption, normalise: (name: string) => string = normaliseName) {
    this.#normalise = normalise;
    this.#limit = typeof names === 'number' ? names : 0;
    if (typeof names === 'number') return;
    for (const name of names) this.#admitted.set(normalise(name), ownCopy(normalise(name)));
  }

  /**
   * The name as it is recorded.
   *
   * @param mayAdmit whether a name not seen yet may take one of the places left.
   */
  of(name: string, mayAdmit = true): string {
    if (name.length > longestName) return otherValue;
    const normalised = this.#normalise(name);
    const admitted = this.#admitted.get(normalised);
    if (admitted !== undefined) return admitted;
    if (!mayAdmit || normalised === '' || this.#admitted.size >= this.#limit) return otherValue;
    const kept = ownCopy(normalised);
    this.#admitted.set(kept, kept);
    return kept;
  }
}

/** A name without regard to case and surrounding space. */
function normaliseName(name: string): string {
  return name.trim().toLowerCase();
}

/**
 * The name of a model without what tells no models apart: the provider's path before it, and after it the date or tag
 * of a release. `openai/GPT-4o-2024-08-06` and `gpt-4o` are one model, and so are `claude-sonnet-4@20250514` and
 * `claude-sonnet-4-latest`.
 */
export function normaliseModel(model: string): string {
  return normaliseName(model)
    .replace(/^.*\//, '')
    .replace(/[-@:](?:\d{4}-\d{2}-\d{2}|20\d{6}|latest)$/, '');
}

/** A text written and read again: a part of a longer one would keep the whole of it in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
