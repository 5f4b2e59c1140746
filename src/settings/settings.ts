/** Settings: the printable effective configuration, with secrets redacted. */
import type { Setting } from '../options/resolve.js';

/** Same symbol as `util.inspect.custom`, without loading a Node module. */
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/**
 * The effective configuration: every option with its value and its source.
 *
 * Secrets are redacted. `console.log(settings)` and `String(settings)` print a table.
 */
export class Settings implements Iterable<Setting> {
  readonly #settings: readonly Setting[];

  constructor(settings: readonly Setting[]) {
    this.#settings = settings;
  }

  /** Returns the setting of an option such as `exportIntervalMs` or `prometheus.port`; `undefined` for an unknown name. */
  get(name: string): Setting | undefined {
    return this.#settings.find((setting) => setting.name === name);
  }

  [Symbol.iterator](): Iterator<Setting> {
    return this.#settings[Symbol.iterator]();
  }

  /** Returns the settings keyed by name, for `JSON.stringify`. */
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
