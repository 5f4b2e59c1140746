/** Small integer codes for HTTP methods and protocol versions; `RequestSeries` keys are packed from them. */
import { otherValue } from '../../model/instrument.js';

/**
 * Methods known by default: RFC 9110, PATCH (RFC 5789) and QUERY (RFC 10008).
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

/** Maps a fixed list of texts to the codes 0 to n - 1. The last text stands for all unknown texts. */
export class Codes {
  readonly #texts: readonly string[];
  readonly #codes: ReadonlyMap<unknown, number>;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#codes = new Map(texts.map((text, code) => [text, code]));
  }

  codeOf(text: unknown): number {
    return this.#codes.get(text) ?? this.#texts.length - 1;
  }

  textOf(code: number): string {
    return this.#texts[code] as string;
  }
}

/** Codes of the known methods, and of `_OTHER` for all other methods. Methods are case-sensitive (RFC 9110, section 9.1). */
export function methodCodes(methods: readonly string[]): Codes {
  return new Codes([...methods, otherValue]);
}

/** Codes of HTTP versions; the empty text stands for an unknown version. */
export const versionCodes = new Codes(['1.1', '1.0', '2', '']);

/** Returns the attribute of a version; empty when the version is unknown. */
export function versionAttribute(code: number): { 'network.protocol.version'?: '1.0' | '1.1' | '2' } {
  const text = versionCodes.textOf(code);
  return text === '' ? {} : { 'network.protocol.version': text as '1.0' | '1.1' | '2' };
}
