/**
 * Templates of points. A `NumberDataPoint` or `HistogramDataPoint` has a constant length, because each of its numbers
 * takes eight bytes: a collection overwrites the numbers. Fields are in the order of the stock encoder.
 */
import type { Attributes } from '@opentelemetry/api';
import type { ProtobufWriter } from '../protobuf-writer.js';
import { dataField, exponentialField, histogramField, numberField, pointField } from './fields.js';
import { writeAttributes } from './key-values.js';
import type { EncodedTemplate } from './template-cache.js';

/** Offsets of numbers in the content of a point, each behind its tag of one byte. */
export const fieldOffset = { start: 1, end: 10, value: 19, count: 19, sum: 28 } as const;

/** Optional fields of a histogram, as flags of `PointTemplate.shown`. */
export const shows = { sum: 1, min: 2, max: 4 } as const;

/** Encodes the point of a number, `int64` or `double`. */
export function numberTemplate(writer: ProtobufWriter, attributes: Attributes, int: boolean): EncodedTemplate {
  writeTimes(writer);
  writer.fixed64(int ? numberField.int : numberField.double, 0, 0);
  writeAttributes(writer, numberField.attribute, attributes);
  return wrapped(writer);
}

/** Encodes the point of a histogram with given boundaries. `shown` lists the optional fields that it has. */
export function histogramTemplate(
  writer: ProtobufWriter,
  attributes: Attributes,
  boundaries: readonly number[],
  shown: number,
): EncodedTemplate {
  const counts = boundaries.length + 1;
  writeTimes(writer);
  writer.fixed64(histogramField.count, 0, 0);
  if (shown & shows.sum) writer.double(histogramField.sum, 0);
  writer.packedZeros(histogramField.bucketCounts, counts);
  const countsAt = writer.length - counts * 8;
  writer.packedDoubles(histogramField.bounds, boundaries);
  writeAttributes(writer, histogramField.attribute, attributes);
  if (shown & shows.min) writer.double(histogramField.min, 0);
  if (shown & shows.max) writer.double(histogramField.max, 0);
  return { ...wrapped(writer), boundaries, shown, countsAt };
}

/** Encodes the attributes of an exponential histogram, whose points vary in length. */
export function exponentialTemplate(writer: ProtobufWriter, attributes: Attributes): EncodedTemplate {
  writeAttributes(writer, exponentialField.attribute, attributes);
  const bytes = writer.take();
  return { bytes, contentLength: bytes.length };
}

function writeTimes(writer: ProtobufWriter): void {
  writer.fixed64(pointField.start, 0, 0);
  writer.fixed64(pointField.end, 0, 0);
}

/** Wraps the written content in the field of a point. */
function wrapped(writer: ProtobufWriter): EncodedTemplate {
  const contentLength = writer.length;
  writer.wrap(dataField.point);
  return { bytes: writer.take(), contentLength };
}
