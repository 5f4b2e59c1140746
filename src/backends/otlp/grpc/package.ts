/** Loads `@grpc/grpc-js`, an optional peer: applications that do not use gRPC do not install it. */
import { packageMissing } from '../../../errors.js';

/** The gRPC library. */
export type GrpcLibrary = typeof import('@grpc/grpc-js');

/** @throws {MetricsError} METRICS_PACKAGE_MISSING if the package cannot be loaded. */
export function loadGrpc(): Promise<GrpcLibrary> {
  // The name is a literal, so that bundlers find the package.
  return import('@grpc/grpc-js').catch((error) => {
    const alternative =
      'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, which an OpenTelemetry Collector receives on port 4318';
    throw packageMissing({ name: '@grpc/grpc-js', where: 'otlp.protocol', value: 'grpc', alternative }, error);
  });
}
