/** Encodes points of exponential histograms. Their length varies, so only their attributes are cached. */
import type { ExponentialBuckets, ExponentialPoint } from '../../model/points.js';
import type { ProtobufWriter } from '../protobuf-writer.js';
import { bucketsField, exponentialField } from './fields.js';
import { highWord } from './int64.js';

/** Writes the content of an `ExponentialHistogramDataPoint` after its attributes and times. */
export function writeExponentialHistogram(writer: ProtobufWriter, point: ExponentialPoint): void {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = point;
  writer.fixed64(exponentialField.count, count >>> 0, highWord(count));
  if (sum !== undefined) writer.double(exponentialField.sum, sum);
  writer.sint(exponentialField.scale, scale);
  writer.fixed64(exponentialField.zeroCount, zeroCount >>> 0, highWord(zeroCount));
  writeBuckets(writer, exponentialField.positive, positive);
  writeBuckets(writer, exponentialField.negative, negative);
  if (min !== undefined) writer.double(exponentialField.min, min);
  if (max !== undefined) writer.double(exponentialField.max, max);
}

/** Writes a `Buckets` message, also without buckets, as the stock encoder does. */
function writeBuckets(
  writer: ProtobufWriter,
  field: number,
  { offset, counts, from, length }: ExponentialBuckets,
): void {
  const begin = writer.open(field);
  writer.sint(bucketsField.offset, offset);
  writer.packedVarints(bucketsField.counts, counts, from, length);
  writer.close(begin);
}
