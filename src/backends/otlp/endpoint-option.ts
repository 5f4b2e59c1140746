/** The option `endpoint`, with messages that lead to a URL that works: path, port and protocol of OTLP. */
import { type DescribedValue, type Option, urlOption, type ValueSource } from '../../options/option.js';
import { type PresetName, presets } from './presets.js';
import { ports, usesGrpc } from './protocol.js';

/** Declares the URL of an OTLP receiver. */
export function endpointOption(declaration: Parameters<typeof urlOption<string>>[0]): Option<string> {
  const url = urlOption<string>(declaration);
  return {
    ...url,
    describe(value, source) {
      const described = url.describe?.(value, source) ?? {};
      return typeof value === 'string' ? ofOtlp(value, described, source) : described;
    },
  };
}

function ofOtlp(text: string, described: DescribedValue, source: ValueSource): DescribedValue {
  const { suggestion, ...rest } = described;
  if (suggestion === undefined) return described;
  const isGrpc = usesGrpc(source.resolved ?? {});
  const { protocol, port } = new URL(suggestion);
  if (!isGrpc && (port === ports.grpc || (/^\W?grpcs?:/i.test(text) && port !== ports.http))) {
    const setting = source.variable === undefined ? 'protocol grpc' : 'OTEL_EXPORTER_OTLP_PROTOCOL=grpc';
    return { ...rest, expected: `${protocol}// with port ${ports.http}, or with ${setting}` };
  }
  return { ...rest, suggestion: withPort(withoutPath(suggestion, isGrpc, source), text, isGrpc, source) };
}

/** Removes a path that is ignored (gRPC) or appended again (a base URL). */
function withoutPath(url: string, isGrpc: boolean, { isBase = false }: ValueSource): string {
  if (isGrpc) return url.replace(/^(https?:\/\/[^/?]*)\/[^?]*/, '$1');
  return isBase ? url.replace(/\/v1\/(?:metrics|traces|logs)\/*(?=\?|$)/, '') : url;
}

/** Adds the port of the receiver to a host without a port, unless the text names the default port of HTTP by its scheme. */
function withPort(url: string, text: string, isGrpc: boolean, { resolved }: ValueSource): string {
  const [authority = ''] = /^https?:\/\/[^/?]*/.exec(url) ?? [];
  if (/^\W?https?:?\/\//i.test(text.trim()) || /:\d+$/.test(authority)) return url;
  const { url: common, example = common } = presets[(resolved?.preset ?? 'collector') as PresetName].endpoint;
  const port = isGrpc ? ports.grpc : new URL(example ?? '').port;
  return port === '' ? url : `${authority}:${port}${url.slice(authority.length)}`;
}
