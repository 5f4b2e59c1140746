/** Colors of series: a text of a legend has the same color in all charts of a view. */

/** Number of colors of the style sheet. */
const colors = 8;

/** Palette keeps the color of each text. A color is a number from 0. */
export class Palette {
  readonly #colors = new Map<string, number>();

  /** Returns the color of a text; `undefined` before `add`. */
  of(text: string): number | undefined {
    return this.#colors.get(text);
  }

  /**
   * Chooses the colors of new texts in charts.
   *
   * The hash of a text decides, so that the color stays after a reload. Texts of one chart have different colors while there
   * are enough: the next free color is then taken.
   */
  add(charts: readonly (readonly string[])[]): void {
    for (const text of [...new Set(charts.flat())].sort()) {
      if (this.#colors.has(text)) continue;
      const beside = charts.filter((chart) => chart.includes(text)).flat();
      const used = new Set(beside.map((each) => this.#colors.get(each)));
      const preferred = hash(text) % colors;
      const candidates = Array.from({ length: colors }, (_, step) => (preferred + step) % colors);
      this.#colors.set(text, candidates.find((each) => !used.has(each)) ?? preferred);
    }
  }

  /** Forgets all texts. */
  clear(): void {
    this.#colors.clear();
  }
}

/** Returns a number of a text; 0 of the empty text, so that lines without a name have the first color. */
function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) value = (Math.imul(value, 31) + text.charCodeAt(index)) >>> 0;
  return (value ^ (value >>> 15)) >>> 0;
}
