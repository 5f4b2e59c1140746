/** Opens the gRPC client that the options describe. Loaded when a backend with protocol `grpc` starts. */
import type { BackendContext } from '../../../delivery/contract.js';
import type { HttpClient } from '../../../delivery/http-client.js';
import { readTlsFiles } from '../../../delivery/tls-files.js';
import type { OtlpOptions } from '../options.js';
import { createGrpcClient } from './client.js';
import { metadataOf } from './metadata.js';
import { loadGrpc } from './package.js';

/**
 * Opens the client, and no connection.
 *
 * @throws {MetricsError} METRICS_PACKAGE_MISSING if the gRPC library cannot be loaded.
 */
export async function openGrpcClient(
  options: OtlpOptions,
  context: Pick<BackendContext, 'clock' | 'warn' | 'sourceOf'>,
): Promise<HttpClient> {
  const { clock, warn } = context;
  const grpc = await loadGrpc();
  const url = new URL(options.endpoint);
  const metadata = metadataOf({ ...options.presetHeaders, ...options.headers }, grpc, warn);
  const tls = url.protocol === 'https:' ? tlsOf(options, context) : {};
  return createGrpcClient({ url, metadata, tls, gzip: options.compression === 'gzip' }, grpc, clock);
}

/** Reads the PEM files. The library accepts a client key and a client certificate only together. */
function tlsOf(options: OtlpOptions, context: Pick<BackendContext, 'warn' | 'sourceOf'>) {
  const { warn, sourceOf = (option) => `otlp.${option}` } = context;
  const { key, cert, ...ca } = readTlsFiles(options, 'otlp', context);
  if (key !== undefined && cert !== undefined) return { ...ca, key, cert };
  if (key !== undefined || cert !== undefined) {
    const [present, absent] =
      key === undefined ? ['clientCertificate', 'clientKey'] : ['clientKey', 'clientCertificate'];
    warn(
      `${sourceOf(present)}: ${absent} is not set or cannot be read; connecting without a client certificate; set both`,
    );
  }
  return ca;
}
