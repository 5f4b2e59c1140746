/** Content negotiation: format and escaping by `Accept` (Prometheus, "Content negotiation"), compression by `Accept-Encoding`. */
import type { EscapingScheme } from '../../naming/escaping.js';
import { escapingSchemes } from '../../naming/escaping.js';

/** A format of a scrape response. */
export type ScrapeFormat = 'text' | 'openmetrics' | 'openmetrics2' | 'protobuf';

/** Format, escaping and `Content-Type` of a response. */
export interface NegotiatedFormat {
  readonly format: ScrapeFormat;
  readonly escaping: EscapingScheme;
  readonly contentType: string;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Number of characters of a header that are parsed; no scraper sends longer headers. */
const maxHeaderLength = 4_096;

/**
 * Returns the format that the header prefers. Without a header, and when the header accepts no supported format, the
 * format is text 0.0.4: every scraper reads it, and Prometheus' own libraries respond with it.
 *
 * @param openMetrics2 true to serve OpenMetrics 2.0 to scrapers that request it.
 */
export function negotiate(accept = '', openMetrics2 = false): NegotiatedFormat {
  for (const { type, parameters } of acceptedRanges(accept)) {
    const format = formatFor(type, parameters, openMetrics2);
    if (format !== undefined) return format;
  }
  return formatOf('text', '0.0.4');
}

/** Reports whether a header prefers JSON to text and HTML. */
export function prefersJson(accept = ''): boolean {
  for (const { type } of acceptedRanges(accept)) {
    if (type === 'application/json' || type === 'application/*') return true;
    if (/^(text|\*)\//.test(type)) return false;
  }
  return false;
}

/** Returns the ranges with a quality above 0, preferred ones first; of the same quality, in the order of the header. */
function acceptedRanges(accept: string): readonly MediaRange[] {
  const ranges = accept.slice(0, maxHeaderLength).split(',').map(parseRange);
  return ranges.filter(({ quality }) => quality > 0).sort((one, other) => other.quality - one.quality);
}

/** Returns the format for one media range; `undefined` when the range is not supported. */
function formatFor(
  type: string,
  parameters: ReadonlyMap<string, string>,
  openMetrics2: boolean,
): NegotiatedFormat | undefined {
  const version = parameters.get('version');
  const escaping = escapingOf(parameters.get('escaping'));
  switch (type) {
    case 'application/vnd.google.protobuf': {
      const delimited = (parameters.get('encoding') ?? 'delimited') === 'delimited';
      const known = (parameters.get('proto') ?? protobufMessage) === protobufMessage;
      return delimited && known ? formatOf('protobuf', '', escaping) : undefined;
    }
    case 'application/openmetrics-text':
      if (openMetrics2 && version === '2.0.0') return formatOf('openmetrics2', version, escaping);
      // Version 0.0.1 was the draft of 1.0.0: the same text is valid for both.
      return version === undefined || ['1.0.0', '0.0.1'].includes(version)
        ? formatOf('openmetrics', version ?? '1.0.0', escaping)
        : undefined;
    case 'text/plain':
      return version === undefined || ['0.0.4', '1.0.0'].includes(version)
        ? formatOf('text', version ?? '0.0.4', escaping)
        : undefined;
    case 'text/*':
    case '*/*':
      return formatOf('text', '0.0.4');
    case 'application/*':
      return formatOf('openmetrics', '1.0.0', escaping);
    default:
      return undefined;
  }
}

const protobufMessage = 'io.prometheus.client.MetricFamily';

/** The default escaping is for scrapers that request none, which support only the legacy character set. */
function formatOf(format: ScrapeFormat, version: string, escaping: EscapingScheme = 'underscores'): NegotiatedFormat {
  const types: Record<ScrapeFormat, string> = {
    text: `text/plain; version=${version}; charset=utf-8`,
    openmetrics: `application/openmetrics-text; version=${version}; charset=utf-8`,
    openmetrics2: `application/openmetrics-text; version=${version}; charset=utf-8`,
    protobuf: `application/vnd.google.protobuf; proto=${protobufMessage}; encoding=delimited`,
  };
  return { format, escaping, contentType: `${types[format]}; escaping=${escaping}` };
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

/** A content coding of a response. */
export type ContentEncoding = 'gzip' | 'zstd' | 'identity';

/** Returns the available encoding with the highest quality; `identity` when the header prefers no other. */
export function negotiateEncoding(
  acceptEncoding: string | undefined,
  available: readonly ContentEncoding[],
): ContentEncoding {
  const qualities = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').slice(0, maxHeaderLength).split(',')) {
    const { type, quality } = parseRange(part);
    qualities.set(type, quality);
  }
  const qualityOf = (encoding: ContentEncoding) => qualities.get(encoding) ?? qualities.get('*') ?? 0;
  let best: ContentEncoding = 'identity';
  let highest = qualities.get('identity') ?? 0;
  for (const encoding of available) {
    if (encoding !== 'identity' && qualityOf(encoding) > 0 && qualityOf(encoding) > highest) {
      best = encoding;
      highest = qualityOf(encoding);
    }
  }
  return best;
}
