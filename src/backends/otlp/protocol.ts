/** The rules that depend on the protocol: gRPC or HTTP (OpenTelemetry specification, "OpenTelemetry Protocol Exporter"). */
import { cut } from '../../errors.js';
import { withMetricsPath } from './metrics-path.js';
import { type PresetName, presets } from './presets.js';

/** Ports of an OpenTelemetry Collector. */
export const ports = { grpc: '4317', http: '4318' };

/** Default endpoint of protocol `grpc`. */
export const grpcEndpoint = `http://localhost:${ports.grpc}`;

/** Returns the remedy for requests over HTTP/1.1 to a server that only speaks HTTP/2. */
export function http2Remedy({ port }: URL): string {
  const where = port === ports.grpc ? `${ports.grpc} is for gRPC: use ${ports.http}` : 'use the port of HTTP';
  return `${where}, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc`;
}

/** Returns the reason of a gRPC connection that failed because the server does not speak HTTP/2; `undefined` otherwise. */
export function withoutHttp2({ port }: URL, reason: string): string | undefined {
  if (!/^Protocol error|no application protocol/.test(reason)) return undefined;
  const where = port === ports.http ? `${ports.http} is for HTTP: use ${ports.grpc}` : 'use the port of gRPC';
  return `the server does not speak gRPC; ${where}, or OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`;
}

/** Options on which the protocol depends. */
interface ProtocolChoice {
  readonly protocol?: unknown;
  readonly preset?: unknown;
}

/** Reports whether requests are sent over gRPC: not to receivers that accept HTTP only. */
export function usesGrpc({ protocol, preset }: ProtocolChoice): boolean {
  return protocol === 'grpc' && (preset === undefined || presets[preset as PresetName].grpcPort !== undefined);
}

/** Adapts OTEL_EXPORTER_OTLP_ENDPOINT: a base URL for HTTP, a complete endpoint for gRPC. */
export function adaptBase(base: string, resolved: ProtocolChoice & { readonly insecure?: unknown }): string {
  return usesGrpc(resolved) ? adaptEndpoint(base, resolved) : withMetricsPath(base);
}

/** Adapts OTEL_EXPORTER_OTLP_METRICS_ENDPOINT. For gRPC, a host and port without a scheme use TLS unless `insecure` is set. */
export function adaptEndpoint(endpoint: string, resolved: ProtocolChoice & { readonly insecure?: unknown }): string {
  const isHost = /^(?:[^:/?#@\s]+|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(endpoint);
  return usesGrpc(resolved) && isHost ? `${resolved.insecure === true ? 'http' : 'https'}://${endpoint}` : endpoint;
}

/** Returns the endpoint of a preset for gRPC: its host, and the port for gRPC unless the URL has an uncommon port. */
export function asGrpcEndpoint(url: string, grpcPort: number): string {
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port === '' || port === ports.http ? grpcPort : port}`;
}

/** Returns warnings about options that contradict the protocol. */
export function protocolWarnings(
  values: ProtocolChoice & { readonly endpoint: string },
  isSet: (name: 'endpoint' | 'protocol') => boolean,
): string[] {
  const { protocol, preset } = values;
  const warnings: string[] = [];
  const isGrpc = usesGrpc(values);
  if (protocol === 'grpc' && !isGrpc) {
    warnings.push(
      `otlp.protocol: got grpc, but the receiver of preset ${preset} accepts HTTP only; using http/protobuf; ` +
        'set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    );
  }
  if (!isSet('endpoint')) return warnings;
  const url = new URL(values.endpoint);
  if (isGrpc) warnings.push(...grpcWarnings(url));
  else if (url.port === ports.grpc && !isSet('protocol')) {
    warnings.push(
      `otlp.endpoint: port ${ports.grpc} is the port of gRPC, but the protocol is http/protobuf; ` +
        `set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or use port ${ports.http}`,
    );
  }
  return warnings;
}

/** Warns about parts of a URL that have no meaning in gRPC, without secrets, and about the port of HTTP. */
function grpcWarnings({ pathname, username, password, search, port }: URL): string[] {
  const warnings: string[] = [];
  const ignored = [
    ...(pathname === '/' ? [] : [`path ${cut(pathname, 40)}`]),
    ...(username === '' && password === '' ? [] : ['user and password']),
    ...(search === '' ? [] : ['query']),
  ];
  if (ignored.length > 0) {
    warnings.push(
      `otlp.endpoint: protocol grpc uses only scheme, host and port; ignored: ${ignored.join(', ')}; ` +
        'send credentials as headers',
    );
  }
  if (port === ports.http) {
    warnings.push(
      `otlp.endpoint: port ${ports.http} is the port of HTTP, but the protocol is grpc; use port ${ports.grpc}, ` +
        'or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    );
  }
  return warnings;
}
