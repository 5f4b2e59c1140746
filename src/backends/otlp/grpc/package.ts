/** Loads `@grpc/grpc-js`, an optional peer: applications that do not use gRPC do not install it. */
import { packageMissing } from '../../../errors.js';

/** The gRPC library. */
export type GrpcLibrary = typeof import('@grpc/grpc-js');

/** @throws {MetricsError} METRICS_PACKAGE_MISSING if the package cannot be loaded. */
export async function loadGrpc(): Promise<GrpcLibrary> {
  // A literal name in a `try` block: bundlers include the package if it is installed, and accept that it is missing.
  try {
    const grpc = await import('@grpc/grpc-js');
    // A bundler may have replaced the package by an empty module.
    if (typeof grpc.Metadata !== 'function') throw new Error('the package is empty');
    return grpc;
  } catch (error) {
    const alternative = 'protocol http/protobuf on port 4318';
    throw packageMissing({ name: '@grpc/grpc-js', where: 'otlp.protocol', value: 'grpc', alternative }, error);
  }
}
