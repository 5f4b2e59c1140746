/** Converts headers to the metadata of a gRPC call. */
import type { Metadata } from '@grpc/grpc-js';
import type { BackendContext } from '../../../delivery/contract.js';
import type { GrpcLibrary } from './package.js';

/** Headers that gRPC sets itself, and headers of HTTP/1.1 connections, which HTTP/2 does not allow. */
const reserved = new Set([
  ...['content-type', 'content-encoding', 'content-length', 'user-agent', 'te', 'host', 'grpc-timeout'],
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'],
]);

/** Returns the metadata. Logs each header that gRPC cannot send, without its value, and leaves it out. */
export function metadataOf(
  headers: Readonly<Record<string, string>>,
  grpc: GrpcLibrary,
  warn: BackendContext['warn'],
): Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) {
    const problem = problemOf(name.toLowerCase(), value);
    if (problem === undefined) metadata.set(name, value);
    else warn(`otlp.headers: header ${name} is not sent: ${problem}; remove the header, or use protocol http/protobuf`);
  }
  return metadata;
}

function problemOf(name: string, value: string): string | undefined {
  if (reserved.has(name) || name.startsWith('grpc-')) return 'gRPC sets it itself or does not allow it';
  if (!/^[0-9a-z_.-]+$/.test(name)) return 'names in gRPC consist of letters, digits and _ . -';
  if (name.endsWith('-bin')) return 'gRPC expects binary values in headers that end in -bin';
  return /^[ -~]*$/.test(value) ? undefined : 'values in gRPC consist of printable ASCII characters';
}
