/**
 * The protobuf format, `io.prometheus.client.MetricFamily`, each with its length before it: the only one of Prometheus 2
 * that carries exponential histograms, as native ones.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Exemplar, ExponentialBuckets, MetricStream, PointVisitor } from '../../model/points.js';
import { classicBuckets } from '../classic-buckets.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { labelText } from './dialects.js';
import type { Exposition, ExpositionOptions } from './exposition.js';
import { Families } from './families.js';
import type { Family, FamilyType } from './family.js';
import { attributesOf, type Label } from './labels.js';
import { hasSchema, writeNative } from './native-histogram.js';
import { constantLabels, targetInfoLabels } from './resource.js';
import type { StreamSeries } from './stream-series.js';

/** Numbers of the fields, by message. */
const familyField = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;
const metricField = { label: 1, gauge: 2, counter: 3, histogram: 7 } as const;
const labelField = { name: 1, value: 2 } as const;
const numberField = { value: 1, exemplar: 2, created: 3 } as const;
const histogramField = { count: 1, sum: 2, bucket: 3, created: 15, exemplar: 16 } as const;
const bucketField = { count: 1, bound: 2, exemplar: 3 } as const;
const exemplarField = { label: 1, value: 2, timestamp: 3 } as const;
const timestampField = { seconds: 1, nanos: 2 } as const;
const doubleBytes = 8;
/** It knows neither facts nor sets of states. */
const types: Record<FamilyType, number> = { counter: 0, gauge: 1, histogram: 4, info: 1, stateset: 1 };

interface ProtobufSeries {
  readonly key: string;
  /** The labels as fields of `Metric`. */
  readonly labels: Uint8Array;
  /** All of a `Metric` that has one number, which takes the same room whatever it is; made when it is shown first. */
  template: Uint8Array | undefined;
  /** Where in it the number is, counted from its end. */
  numberFromEnd: number;
  /** The start time that it tells. */
  templateStartUnixMs: number;
}

/** Writes one scrape at a time. */
export class ProtobufExposition implements PointVisitor, Exposition {
  readonly trailer = '';
  readonly #options: ExpositionOptions;
  readonly #families: Families<ProtobufSeries>;
  readonly #writer = new ProtobufWriter();
  readonly #aside = new ProtobufWriter();
  resource: Resource | undefined;
  #series: StreamSeries<ProtobufSeries> | undefined;
  #exemplars: Exemplar[] = [];
  #exemplarsOf: Attributes | undefined;

  constructor(options: ExpositionOptions) {
    this.#options = options;
    this.#families = new Families(options, false, {
      render: (_family, labels) => ({
        key: labelText(labels),
        labels: labelFields(this.#aside, metricField.label, labels),
        template: undefined,
        numberFromEnd: 0,
        templateStartUnixMs: 0,
      }),
      keyOf: ({ key }) => key,
    });
  }

  begin(resource: Resource): void {
    this.resource = resource;
    this.#families.begin(constantLabels(resource, this.#options));
    // What a walk left that did not come to its end.
    this.#writer.take();
    this.#series = undefined;
    this.#exemplarsOf = undefined;
  }

  metric(stream: MetricStream): void {
    this.#endMetric();
    this.#series = this.#families.open(stream);
  }

  number(attributes: Attributes, startUnixMs: number, _endUnixMs: number, value: number): void {
    if (this.#series === undefined) return;
    const series = this.#series.next(attributes);
    const counter = this.#series.family.type === 'counter';
    if (this.#exemplarsOf === attributes && counter) {
      this.#numberWithExemplar(series, startUnixMs, value);
      return;
    }
    if (series.template === undefined || series.templateStartUnixMs !== startUnixMs) {
      this.#makeTemplate(series, counter, startUnixMs);
    }
    this.#writer.raw(series.template as Uint8Array);
    this.#writer.setDouble(series.numberFromEnd, value);
    this.#endPoint();
  }

  histogram(
    attributes: Attributes,
    startUnixMs: number,
    _endUnixMs: number,
    count: number,
    sum: number | undefined,
    _min: number | undefined,
    _max: number | undefined,
    boundaries: readonly number[],
    counts: ArrayLike<number>,
    from: number,
  ): void {
    if (this.#series === undefined) return;
    const metric = this.#openMetric(attributes);
    const writer = this.#writer;
    const histogram = writer.open(metricField.histogram);
    writer.uint(histogramField.count, count);
    writer.double(histogramField.sum, sum ?? Number.NaN);
    const exemplars = this.#exemplarsFor(attributes);
    let below = 0;
    for (let index = 0; index <= boundaries.length; index++) {
      below += counts[from + index] as number;
      const [lower, upper] = [boundaries[index - 1] ?? -Infinity, boundaries[index] ?? Infinity];
      const bucket = writer.open(histogramField.bucket);
      writer.uint(bucketField.count, below);
      writer.double(bucketField.bound, upper);
      const exemplar = exemplars.find(({ value }) => value > lower && value <= upper);
      if (exemplar !== undefined) this.#exemplar(bucketField.exemplar, exemplar);
      writer.close(bucket);
    }
    writeTimestamp(writer, histogramField.created, startUnixMs);
    writer.close(histogram);
    this.#closeMetric(metric);
  }

  exponentialHistogram(
    attributes: Attributes,
    startUnixMs: number,
    endUnixMs: number,
    count: number,
    sum: number | undefined,
    min: number | undefined,
    max: number | undefined,
    scale: number,
    zeroCount: number,
    positive: ExponentialBuckets,
    negative: ExponentialBuckets,
  ): void {
    if (!hasSchema(scale)) {
      const { bounds, counts } = classicBuckets(scale, zeroCount, positive, negative);
      this.histogram(attributes, startUnixMs, endUnixMs, count, sum, min, max, bounds, counts, 0);
      return;
    }
    if (this.#series === undefined) return;
    const metric = this.#openMetric(attributes);
    const writer = this.#writer;
    const histogram = writer.open(metricField.histogram);
    writer.uint(histogramField.count, count);
    writer.double(histogramField.sum, sum ?? Number.NaN);
    writeNative(writer, scale, zeroCount, positive, negative);
    for (const exemplar of this.#exemplarsFor(attributes)) this.#exemplar(histogramField.exemplar, exemplar);
    writeTimestamp(writer, histogramField.created, startUnixMs);
    writer.close(histogram);
    this.#closeMetric(metric);
  }

  exemplar(attributes: Attributes, exemplar: Exemplar): void {
    if (this.#exemplarsOf !== attributes) this.#exemplars = [];
    this.#exemplarsOf = attributes;
    this.#exemplars.push(exemplar);
  }

  end(): void {
    this.#endMetric();
  }

  families() {
    return this.#families.shown.map((family) => ({ names: family.sampleNames, chunks: this.#familyChunks(family) }));
  }

  target(): Uint8Array {
    const { targetInfo, names } = this.#options;
    const labels = targetInfo ? targetInfoLabels(this.resource, names) : [];
    if (labels.length === 0) return new Uint8Array(0);
    const writer = this.#aside;
    const metric = writer.open(familyField.metric);
    writer.raw(labelFields(new ProtobufWriter(), metricField.label, labels));
    const gauge = writer.open(metricField.gauge);
    writer.double(numberField.value, 1);
    writer.close(gauge);
    writer.close(metric);
    const chunks = [writer.take()];
    return Buffer.concat(this.#delimited('target_info', 'Target metadata', 'gauge', undefined, chunks));
  }

  #familyChunks(family: Family): Uint8Array[] {
    // Prometheus does without a family that has no metric, and Pushgateway refuses it.
    if (family.chunks.length === 0) return [];
    const name = family.type === 'counter' ? family.sample : family.name;
    return this.#delimited(name, family.help, family.type, family.unit, family.chunks);
  }

  #delimited(name: string, help: string, type: FamilyType, unit: string | undefined, metrics: Uint8Array[]) {
    const writer = this.#aside;
    writer.text(familyField.name, name);
    if (help !== '') writer.text(familyField.help, help);
    writer.uint(familyField.type, types[type]);
    if (unit !== undefined) writer.text(familyField.unit, unit);
    const head = writer.take();
    writer.varint(metrics.reduce((bytes, { length }) => bytes + length, head.length));
    return [writer.take(), head, ...metrics];
  }

  #makeTemplate(series: ProtobufSeries, counter: boolean, startUnixMs: number): void {
    const writer = this.#aside;
    const metric = writer.open(familyField.metric);
    writer.raw(series.labels);
    const number = writer.open(counter ? metricField.counter : metricField.gauge);
    writer.double(numberField.value, 0);
    const end = writer.length;
    if (counter) writeTimestamp(writer, numberField.created, startUnixMs);
    series.numberFromEnd = writer.length - end + doubleBytes;
    writer.close(number);
    writer.close(metric);
    series.template = writer.take();
    series.templateStartUnixMs = startUnixMs;
  }

  #numberWithExemplar({ labels }: ProtobufSeries, startUnixMs: number, value: number): void {
    const writer = this.#writer;
    const metric = writer.open(familyField.metric);
    writer.raw(labels);
    const number = writer.open(metricField.counter);
    writer.double(numberField.value, value);
    for (const exemplar of this.#exemplars.slice(0, 1)) this.#exemplar(numberField.exemplar, exemplar);
    writeTimestamp(writer, numberField.created, startUnixMs);
    writer.close(number);
    this.#closeMetric(metric);
  }

  #openMetric(attributes: Attributes): number {
    const begin = this.#writer.open(familyField.metric);
    this.#writer.raw((this.#series as StreamSeries<ProtobufSeries>).next(attributes).labels);
    return begin;
  }

  #closeMetric(begin: number): void {
    this.#writer.close(begin);
    this.#endPoint();
  }

  #endPoint(): void {
    this.#exemplarsOf = undefined;
    if (this.#writer.length > 32_768) this.#flush();
  }

  #exemplarsFor(attributes: Attributes): readonly Exemplar[] {
    return this.#exemplarsOf === attributes ? this.#exemplars : [];
  }

  #exemplar(field: number, { traceId, spanId, filteredAttributes, value, timeUnixMs }: Exemplar): void {
    const writer = this.#writer;
    const trace: Label[] = [];
    if (traceId !== undefined) trace.push({ name: 'trace_id', value: traceId });
    if (spanId !== undefined) trace.push({ name: 'span_id', value: spanId });
    const begin = writer.open(field);
    writer.raw(
      labelFields(this.#aside, exemplarField.label, [
        ...trace,
        ...attributesOf(filteredAttributes, trace, this.#options.names),
      ]),
    );
    writer.double(exemplarField.value, value);
    writeTimestamp(writer, exemplarField.timestamp, timeUnixMs);
    writer.close(begin);
  }

  #endMetric(): void {
    this.#flush();
    this.#series?.end();
    this.#series = undefined;
    this.#exemplarsOf = undefined;
  }

  #flush(): void {
    if (this.#writer.length > 0) this.#series?.family.chunks.push(this.#writer.take());
  }
}

function writeTimestamp(writer: ProtobufWriter, field: number, unixMs: number): void {
  const seconds = Math.floor(unixMs / 1_000);
  const begin = writer.open(field);
  writer.uint(timestampField.seconds, seconds);
  writer.uint(timestampField.nanos, Math.round((unixMs - seconds * 1_000) * 1e6));
  writer.close(begin);
}

function labelFields(writer: ProtobufWriter, field: number, labels: readonly Label[]): Uint8Array {
  for (const { name, value } of labels) {
    const begin = writer.open(field);
    writer.text(labelField.name, name);
    writer.text(labelField.value, value);
    writer.close(begin);
  }
  return writer.take();
}
