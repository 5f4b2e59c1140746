/** Encodes the trailer with which a gRPC server asks a client to wait: a `google.rpc.Status` with a `RetryInfo`. */
import { ProtobufWriter } from '../../src/formats/protobuf-writer.js';

/** Name of the trailer. */
export const detailsTrailer = 'grpc-status-details-bin';

/** Returns the bytes of the trailer for a wait in milliseconds. */
export function retryInfo(milliseconds: number): Buffer {
  const writer = new ProtobufWriter(256);
  const seconds = Math.floor(milliseconds / 1_000);
  const detail = writer.open(3);
  writer.text(1, 'type.googleapis.com/google.rpc.RetryInfo');
  const info = writer.open(2);
  const delay = writer.open(1);
  writer.uint(1, seconds);
  writer.uint(2, Math.round((milliseconds - seconds * 1_000) * 1e6));
  writer.close(delay);
  writer.close(info);
  writer.close(detail);
  return writer.take();
}
