/** Which format and which escaping a scraper wants, from its `Accept` header (Prometheus, "Content negotiation"). */
import type { EscapingScheme } from '../../naming/escaping.js';
import { escapingSchemes } from '../../naming/escaping.js';

/** A format as it can be asked for. */
export type Format = 'text' | 'openmetrics' | 'protobuf';

/** What is answered, and how that is said. */
export interface Negotiated {
  readonly format: Format;
  readonly escaping: EscapingScheme;
  readonly contentType: string;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Longer headers than any scraper sends are not looked at further than this. */
const longestHeader = 4_096;

/** The best answer; `undefined` when the header allows none of ours. Without a header it is text 0.0.4. */
export function negotiate(accept: string | undefined): Negotiated | undefined {
  if (accept === undefined || accept.trim() === '') return answer('text', '0.0.4', undefined);
  const ranges = accept.slice(0, longestHeader).split(',').map(parseRange);
  // A stable sort: of the same quality, the first one named.
  ranges.sort((one, other) => other.quality - one.quality);
  for (const { type, parameters, quality } of ranges) {
    if (quality === 0) continue;
    const found = answerTo(type, parameters);
    if (found !== undefined) return found;
  }
  return undefined;
}

function answerTo(type: string, parameters: ReadonlyMap<string, string>): Negotiated | undefined {
  const version = parameters.get('version');
  const escaping = escapingOf(parameters.get('escaping'));
  switch (type) {
    case 'application/vnd.google.protobuf': {
      const delimited = (parameters.get('encoding') ?? 'delimited') === 'delimited';
      const known = (parameters.get('proto') ?? protobufMessage) === protobufMessage;
      return delimited && known ? answer('protobuf', '', escaping) : undefined;
    }
    case 'application/openmetrics-text':
      // What 0.0.1 asked for is what 1.0.0 became.
      return version === undefined || ['1.0.0', '0.0.1'].includes(version)
        ? answer('openmetrics', version ?? '1.0.0', escaping)
        : undefined;
    case 'text/plain':
      return version === undefined || ['0.0.4', '1.0.0'].includes(version)
        ? answer('text', version ?? '0.0.4', escaping)
        : undefined;
    case 'text/*':
    case '*/*':
      return answer('text', '0.0.4', undefined);
    case 'application/*':
      return answer('openmetrics', '1.0.0', escaping);
    default:
      return undefined;
  }
}

const protobufMessage = 'io.prometheus.client.MetricFamily';

function answer(format: Format, version: string, asked: EscapingScheme | undefined): Negotiated {
  const suffix = asked === undefined ? '' : `; escaping=${asked}`;
  const types: Record<Format, string> = {
    text: `text/plain; version=${version}; charset=utf-8`,
    openmetrics: `application/openmetrics-text; version=${version}; charset=utf-8`,
    protobuf: `application/vnd.google.protobuf; proto=${protobufMessage}; encoding=delimited`,
  };
  // Scrapers that say nothing of escaping are those that know the old names alone.
  return { format, escaping: asked ?? 'underscores', contentType: types[format] + suffix };
}

function escapingOf(text: string | undefined): EscapingScheme | undefined {
  return escapingSchemes.find((scheme) => scheme === text);
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [name = '', value = ''] = part.split('=', 2);
    parameters.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  const quality = Number(parameters.get('q') ?? '1');
  return { type: type.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** A way of packing an answer. */
export type ContentEncoding = 'gzip' | 'zstd' | 'identity';

/** The packing that the client wants most, of those that there are; `identity` is there when nothing else is asked for. */
export function negotiateEncoding(acceptEncoding: string | undefined, available: readonly ContentEncoding[]) {
  const qualities = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').slice(0, longestHeader).split(',')) {
    const { type, quality } = parseRange(part);
    qualities.set(type, quality);
  }
  const qualityOf = (encoding: ContentEncoding) => qualities.get(encoding) ?? qualities.get('*') ?? 0;
  let best: ContentEncoding = 'identity';
  let most = qualities.get('identity') ?? 0;
  for (const encoding of available) {
    if (encoding !== 'identity' && qualityOf(encoding) > 0 && qualityOf(encoding) > most) {
      best = encoding;
      most = qualityOf(encoding);
    }
  }
  return best;
}
