/**
 * Room `settings`: environment and code become one validated set of values, printable with secrets left out.
 * May import errors and model.
 */
import type { Setting } from '../options/resolve.js';

/** `util.inspect.custom` of Node, by its registered name, so that no module of Node is loaded for it. */
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/**
 * The effective configuration: every option, its value and where that came from.
 *
 * Holds nothing secret. `console.log(settings)` and `String(settings)` print a table.
 */
export class Settings implements Iterable<Setting> {
  readonly #settings: readonly Setting[];

  constructor(settings: readonly Setting[]) {
    this.#settings = settings;
  }

  /** The setting of an option such as `exportIntervalMs` or `prometheus.port`; `undefined` when there is none. */
  get(name: string): Setting | undefined {
    return this.#settings.find((setting) => setting.name === name);
  }

  [Symbol.iterator](): Iterator<Setting> {
    return this.#settings[Symbol.iterator]();
  }

  /** By name, for `JSON.stringify`. */
  toJSON(): Record<string, { value: string; from: string }> {
    return Object.fromEntries(this.#settings.map(({ name, value, from }) => [name, { value, from }]));
  }

  toString(): string {
    const width = (pick: (setting: Setting) => string) =>
      Math.max(0, ...this.#settings.map((setting) => pick(setting).length));
    const [names, values] = [width(({ name }) => name), width(({ value }) => value || '-')];
    return this.#settings
      .map(({ name, value, from }) => `${name.padEnd(names)}  ${(value || '-').padEnd(values)}  ${from}`)
      .join('\n');
  }

  [inspectCustom](): string {
    return this.toString();
  }
}
