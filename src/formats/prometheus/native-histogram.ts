/** Exponential histograms as Prometheus native histograms: spans of buckets, in protobuf with counts as deltas. */
import type { ExponentialBuckets, ExponentialPoint } from '../../model/points.js';
import type { ProtobufWriter } from '../protobuf-writer.js';

/** Finest resolution of Prometheus; finer buckets are merged. */
const finestSchema = 8;
/** Coarsest resolution of Prometheus. */
const coarsestSchema = -4;

/** Width of the zero bucket: the default of Prometheus' own OTLP translation. */
const zeroThreshold = 1e-128;

/** Longest run of empty buckets that is written out instead of starting another span. */
const longestGap = 2;

const field = {
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  negative: { span: 9, delta: 10 },
  positive: { span: 12, delta: 13 },
  span: { offset: 1, length: 2 },
} as const;

/** Reports whether Prometheus has a schema for a scale. */
export function hasSchema(scale: number): boolean {
  return scale >= coarsestSchema;
}

/** Buckets of a native histogram. */
export interface NativeBuckets {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly negative: readonly Span[];
  readonly positive: readonly Span[];
}

/** Consecutive buckets. */
export interface Span {
  /** Number of buckets since the previous span; for the first span, its index. */
  readonly gap: number;
  readonly counts: number[];
}

/** Converts the buckets of a histogram that has a schema. */
export function nativeBuckets({ scale, zeroCount, positive, negative }: ExponentialPoint): NativeBuckets {
  const schema = Math.min(scale, finestSchema);
  const steps = scale - schema;
  return { schema, zeroThreshold, zeroCount, negative: spansOf(negative, steps), positive: spansOf(positive, steps) };
}

/** Writes the native part of a `Histogram` message. */
export function writeNative(writer: ProtobufWriter, point: ExponentialPoint): void {
  const { schema, zeroCount, negative, positive } = nativeBuckets(point);
  writer.sint(field.schema, schema);
  writer.double(field.zeroThreshold, zeroThreshold);
  writer.uint(field.zeroCount, zeroCount);
  writeSpans(writer, field.negative, negative);
  writeSpans(writer, field.positive, positive);
  if (zeroCount === 0 && positive.length === 0 && negative.length === 0) writeEmptySpan(writer);
}

/** Groups buckets into spans. Prometheus numbers buckets by the upper bound, OpenTelemetry by the lower: hence the + 1. */
function spansOf({ offset, counts, from, length }: ExponentialBuckets, steps: number): Span[] {
  const spans: Span[] = [];
  let latest: Span | undefined;
  let next = 0;
  for (let index = 0; index < length; ) {
    const bucket = (offset + index) >> steps;
    let count = 0;
    for (; index < length && (offset + index) >> steps === bucket; index++) count += counts[from + index] as number;
    if (count === 0) continue;
    const gap = bucket + 1 - next;
    if (latest !== undefined && gap <= longestGap) latest.counts.push(...new Array<number>(gap).fill(0), count);
    else {
      latest = { gap, counts: [count] };
      spans.push(latest);
    }
    next = bucket + 2;
  }
  return spans;
}

function writeSpans(
  writer: ProtobufWriter,
  { span, delta }: { span: number; delta: number },
  spans: readonly Span[],
): void {
  for (const { gap, counts } of spans) {
    const begin = writer.open(span);
    writer.sint(field.span.offset, gap);
    writer.uint(field.span.length, counts.length);
    writer.close(begin);
  }
  if (spans.length === 0) return;
  const begin = writer.open(delta);
  let before = 0;
  for (const { counts } of spans) {
    for (const count of counts) {
      writer.zigzag(count - before);
      before = count;
    }
  }
  writer.close(begin);
}

/** Writes a span without buckets, which marks an empty histogram as native. */
function writeEmptySpan(writer: ProtobufWriter): void {
  writer.close(writer.open(field.positive.span));
}
