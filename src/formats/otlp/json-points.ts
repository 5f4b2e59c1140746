/** Points of all types in OTLP's JSON encoding. */
import type {
  Exemplar,
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  NumberPoint,
  Point,
} from '../../model/points.js';
import { spanIdPattern, traceIdPattern } from './exemplar-messages.js';
import { UnixNanoseconds } from './int64.js';
import { jsonAttributes, jsonCount, jsonDouble, jsonInt, jsonText, jsonTime } from './json-values.js';

const startTime = new UnixNanoseconds();
const endTime = new UnixNanoseconds();
const exemplarTime = new UnixNanoseconds();

/**
 * Returns a `NumberDataPoint`.
 *
 * @param int true if the instrument declares integers.
 */
export function jsonNumberPoint(point: NumberPoint, int: boolean): string {
  return `{${common(point)},${numberField(point.value, int)}${exemplarsOf(point, int)}}`;
}

/** Returns a `HistogramDataPoint`. */
export function jsonHistogramPoint(point: HistogramPoint, int: boolean): string {
  const { count, sum, min, max, boundaries, counts, from } = point;
  const bucketCounts = countsOf(counts, from, boundaries.length + 1);
  const bounds = Array.from(boundaries, jsonDouble).join();
  return (
    `{${common(point)},"count":${jsonCount(count)}${optional('sum', sum)}` +
    `,"bucketCounts":${bucketCounts},"explicitBounds":[${bounds}]` +
    `${optional('min', min)}${optional('max', max)}${exemplarsOf(point, int)}}`
  );
}

/** Returns an `ExponentialHistogramDataPoint`. */
export function jsonExponentialPoint(point: ExponentialPoint, int: boolean): string {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = point;
  return (
    `{${common(point)},"count":${jsonCount(count)}${optional('sum', sum)}` +
    `,"scale":${scale},"zeroCount":${jsonCount(zeroCount)}` +
    `,"positive":${bucketsOf(positive)},"negative":${bucketsOf(negative)}` +
    `${optional('min', min)}${optional('max', max)}${exemplarsOf(point, int)}}`
  );
}

function common({ attributes, startUnixMs, endUnixMs }: Point): string {
  const [start, end] = [jsonTime(startTime.set(startUnixMs)), jsonTime(endTime.set(endUnixMs))];
  return `"attributes":${jsonAttributes(attributes)},"startTimeUnixNano":${start},"timeUnixNano":${end}`;
}

function numberField(value: number, int: boolean): string {
  return int ? `"asInt":${jsonInt(value)}` : `"asDouble":${jsonDouble(value)}`;
}

function optional(name: string, value: number | undefined): string {
  return value === undefined ? '' : `,"${name}":${jsonDouble(value)}`;
}

function bucketsOf({ offset, counts, from, length }: ExponentialBuckets): string {
  return `{"offset":${offset},"bucketCounts":${countsOf(counts, from, length)}}`;
}

function countsOf(counts: Float64Array, from: number, length: number): string {
  return `[${Array.from(counts.subarray(from, from + length), jsonCount).join()}]`;
}

function exemplarsOf({ exemplars }: Point, int: boolean): string {
  if (exemplars.length === 0) return '';
  return `,"exemplars":[${exemplars.map((exemplar) => jsonExemplar(exemplar, int)).join()}]`;
}

/** Returns an `Exemplar`. A value with a fraction is a double also if the instrument declares integers. */
function jsonExemplar({ value, timeUnixMs, traceId, spanId, filteredAttributes }: Exemplar, int: boolean): string {
  let fields = `"timeUnixNano":${jsonTime(exemplarTime.set(timeUnixMs))}`;
  fields += `,${numberField(value, int && Number.isInteger(value))}`;
  if (spanId !== undefined && spanIdPattern.test(spanId)) fields += `,"spanId":${jsonText(spanId)}`;
  if (traceId !== undefined && traceIdPattern.test(traceId)) fields += `,"traceId":${jsonText(traceId)}`;
  return `{${fields},"filteredAttributes":${jsonAttributes(filteredAttributes)}}`;
}
