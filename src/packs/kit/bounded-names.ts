/** Normalizes names that come from clients and limits how many of them are recorded. */
import { otherValue } from '../../model/instrument.js';

/** Maximum length of a name. A longer text is recorded as `_OTHER`: it is probably not a name. */
export const maxNameLength = 100;

/** Names with separate series: the number of first names seen, or a list of all such names. */
export type NameOption = number | readonly string[];

/** Returns the maximum number of names with separate series. */
export function countOf(names: NameOption): number {
  return typeof names === 'number' ? names : names.length;
}

/** Admits the first names seen, or the names of a list; other names become `_OTHER`. */
export class BoundedNames {
  /** Maps each admitted name to the one copy of it that is recorded. */
  readonly #admitted = new Map<string, string>();
  #limit: number;
  /** Number of further names that `reserve` may admit. */
  #reserveLeft: number;
  readonly #normalize: (name: string) => string;

  /**
   * @param names number of first names that are admitted, or the list of all admitted names.
   * @param configured names that are admitted in addition to `names`, before they are seen.
   * @param reserve number of names that `reserve` may admit in addition.
   */
  constructor(
    names: NameOption,
    normalize: (name: string) => string = normalizeName,
    configured: readonly string[] = [],
    reserve = 0,
  ) {
    this.#normalize = normalize;
    this.#reserveLeft = reserve;
    this.#limit = typeof names === 'number' ? names + configured.length : 0;
    const admitted = typeof names === 'number' ? configured : [...names, ...configured];
    for (const name of admitted) this.#admitted.set(normalize(name), ownCopy(normalize(name)));
  }

  /**
   * Returns the name as it is recorded.
   *
   * @param mayAdmit false if a new name must not be admitted.
   */
  of(name: string, mayAdmit = true): string {
    // An explicit _OTHER takes no place of another name.
    if (name.length > maxNameLength || name.trim() === otherValue) return otherValue;
    const normalized = this.#normalize(name);
    const admitted = this.#admitted.get(normalized);
    if (admitted !== undefined) return admitted;
    if (!mayAdmit || normalized === '' || this.#admitted.size >= this.#limit) return otherValue;
    const kept = ownCopy(normalized);
    this.#admitted.set(kept, kept);
    return kept;
  }

  /** Admits a name in addition to `names`, as long as the reserve lasts. */
  reserve(name: string): void {
    if (this.#reserveLeft === 0) return;
    const { size } = this.#admitted;
    this.#limit++;
    this.of(name);
    if (this.#admitted.size > size) this.#reserveLeft--;
    else this.#limit--;
  }
}

/** Lower-cases a name and removes surrounding space. */
function normalizeName(name: string): string {
  return name.trim().toLowerCase();
}

/** Returns the normalization of model names: to the family of the model, or as they were given without surrounding space. */
export function modelNormalization(families: boolean): (model: string) => string {
  return families ? modelFamily : (model) => model.trim();
}

/**
 * Returns the family of a model: removes the provider's path before it and the date or tag of a release after it.
 * `openai/GPT-4o-2024-08-06` and `gpt-4o` are one model, and so are `claude-sonnet-4@20250514` and
 * `claude-sonnet-4-latest`.
 */
export function modelFamily(model: string): string {
  return normalizeName(model)
    .replace(/^.*\//, '')
    .replace(/[-@:](?:\d{4}-\d{2}-\d{2}|20\d{6}|latest)$/, '');
}

/** Copies a text. A substring would keep the whole text that it was cut from in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
