/**
 * Points that have one length whatever their numbers are: each number of a `NumberDataPoint` or a `HistogramDataPoint`
 * takes eight bytes. So all of such a point is kept, and at a collection its numbers are written over.
 *
 * Fields are in the order that the stock encoder has them in.
 */
import type { ProtobufWriter } from '../protobuf-writer.js';
import { writeAttributes } from './attributes.js';
import { dataField, exponentialField, histogramField, numberField, pointField } from './fields.js';
import type { EncodedSeries, StreamSeries } from './stream-series.js';

/** Where in a point's content its first numbers are, each after the byte that says which it is. */
export const at = { start: 1, end: 10, value: 19, count: 19, sum: 28 } as const;

/** What a histogram shows beside its counts, as flags of `EncodedSeries.shown`. */
export const shows = { sum: 1, min: 2, max: 4 } as const;

/** Makes the point of a number, `int64` or `double`. */
export function keepNumber(kept: StreamSeries, series: EncodedSeries, writer: ProtobufWriter, int: boolean): void {
  writeTimes(writer);
  writer.fixed64(int ? numberField.int : numberField.double, 0, 0);
  writeAttributes(writer, numberField.attribute, series.attributes);
  keepPoint(kept, series, writer);
}

/** Makes the point of a histogram that has these boundaries and shows these of its numbers. */
export function keepHistogram(
  kept: StreamSeries,
  series: EncodedSeries,
  writer: ProtobufWriter,
  boundaries: readonly number[],
  shown: number,
): void {
  const counts = boundaries.length + 1;
  writeTimes(writer);
  writer.fixed64(histogramField.count, 0, 0);
  if (shown & shows.sum) writer.double(histogramField.sum, 0);
  writer.packedZeros(histogramField.bucketCounts, counts);
  series.countsAt = writer.length - counts * 8;
  writer.packedDoubles(histogramField.bounds, boundaries);
  writeAttributes(writer, histogramField.attribute, series.attributes);
  if (shown & shows.min) writer.double(histogramField.min, 0);
  if (shown & shows.max) writer.double(histogramField.max, 0);
  series.boundaries = boundaries;
  series.shown = shown;
  keepPoint(kept, series, writer);
}

/** Keeps the attributes of an exponential histogram, whose point is as long as its buckets and counts have it. */
export function keepExponential(kept: StreamSeries, series: EncodedSeries, writer: ProtobufWriter): void {
  writeAttributes(writer, exponentialField.attribute, series.attributes);
  kept.keep(series, writer.written());
  writer.clear();
}

function writeTimes(writer: ProtobufWriter): void {
  writer.fixed64(pointField.start, 0, 0);
  writer.fixed64(pointField.end, 0, 0);
}

/** Puts what was written into a field of its own, and keeps that. */
function keepPoint(kept: StreamSeries, series: EncodedSeries, writer: ProtobufWriter): void {
  const content = writer.length;
  writer.wrap(dataField.point);
  kept.keep(series, writer.written());
  series.content = series.to - content;
  writer.clear();
}
