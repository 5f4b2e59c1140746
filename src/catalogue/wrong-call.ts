/**
 * Calls of makers whose argument has the wrong form: `counter('shop.orders')`, `text(5)`. The result carries the report;
 * `defineCatalogue` finds it there, with the key of the metric or the attribute.
 */
import { renderValue } from '../errors.js';

/** Property of the result that holds the report. */
const key = '~wrongCall';

/** Reports whether an argument is an object with options. */
export function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns the result of a wrong call, in place of a definition or an attribute type.
 *
 * @param right the call to write instead.
 */
export function wrongCall(right: string, maker: string, argument: unknown): never {
  const written = argument === undefined ? '' : renderValue(argument, 40);
  return Object.freeze({ [key]: `${right}, not ${maker}(${written})` }) as never;
}

/** Returns the accepted call and the call found, as a phrase, of the result of a wrong call; `undefined` for others. */
export function wrongCallOf(value: unknown): string | undefined {
  return isOptions(value) ? (value as { readonly [key]?: string })[key] : undefined;
}

/** Returns the result of a maker that was not called with options, such as with a name. */
export function wrongDefinition(maker: string, argument: unknown, otherOptions: string): never {
  const name = typeof argument === 'string' ? `name: ${renderValue(argument, 40)}` : 'name';
  return wrongCall(`${maker}({ ${name}, ${otherOptions} })`, maker, argument);
}
