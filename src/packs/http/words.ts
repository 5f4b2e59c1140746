/** The words of HTTP that attributes take, each with a number that stands for it where nothing may be allocated. */
import { otherValue } from '../../model/instrument.js';

/**
 * Methods that are known by default: those of RFC 9110, PATCH (RFC 5789) and QUERY (RFC 10008).
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/
 */
export const defaultMethods: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
];

/** A fixed list of texts; anything else is the last of them. */
export class Words {
  readonly #texts: readonly string[];
  readonly #numbers: ReadonlyMap<unknown, number>;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#numbers = new Map(texts.map((text, number) => [text, number]));
  }

  /** The number of a text: 0 to one less than there are. */
  number(text: unknown): number {
    return this.#numbers.get(text) ?? this.#texts.length - 1;
  }

  text(number: number): string {
    return this.#texts[number] as string;
  }
}

/** Known methods and, for all others, `_OTHER`. Methods are compared as they are written (RFC 9110, section 9.1). */
export function methodWords(methods: readonly string[]): Words {
  return new Words([...methods, otherValue]);
}

/** Versions of HTTP; the last one is none that is known. */
export const versions = new Words(['1.1', '1.0', '2', '']);

/** The attribute of a version; none where it is not known. */
export function versionAttribute(version: number): { 'network.protocol.version'?: '1.0' | '1.1' | '2' } {
  const text = versions.text(version);
  return text === '' ? {} : { 'network.protocol.version': text as '1.0' | '1.1' | '2' };
}
