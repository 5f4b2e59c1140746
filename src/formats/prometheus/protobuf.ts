/**
 * Protobuf format: length-delimited `io.prometheus.client.MetricFamily` messages. It is the only format that carries
 * exponential histograms, as native histograms.
 */
import type { Resource } from '../../model/otel-data.js';
import type {
  DistributionPoint,
  Exemplar,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
} from '../../model/points.js';
import { classicHistogram } from '../classic-buckets.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { labelText } from './dialects.js';
import { exemplarInBucket, exemplarLabels } from './exemplar-labels.js';
import type { ExpositionEncoder, ExpositionOptions } from './exposition-encoder.js';
import type { Family, FamilyType } from './family.js';
import { FamilyRegistry } from './family-registry.js';
import type { Label } from './labels.js';
import type { PointWriter } from './merged-series.js';
import { hasSchema, writeNative } from './native-histogram.js';
import type { RenderedStream } from './rendered-stream.js';
import { constantLabels, targetInfoLabels } from './resource-labels.js';

/** Field numbers by message. */
const familyField = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;
const metricField = { label: 1, gauge: 2, counter: 3, histogram: 7 } as const;
const labelField = { name: 1, value: 2 } as const;
const numberField = { value: 1, exemplar: 2, created: 3 } as const;
const histogramField = { count: 1, sum: 2, bucket: 3, created: 15, exemplar: 16 } as const;
const bucketField = { count: 1, bound: 2, exemplar: 3 } as const;
const exemplarField = { label: 1, value: 2, timestamp: 3 } as const;
const timestampField = { seconds: 1, nanos: 2 } as const;
const doubleBytes = 8;
/** Field values of types. The format has neither info nor state set, which become gauges. */
const types: Record<FamilyType, number> = { counter: 0, gauge: 1, histogram: 4, info: 1, stateset: 1 };

interface RenderedMetric {
  readonly key: string;
  /** Labels as fields of `Metric`. */
  readonly labels: Uint8Array;
  /** Whole `Metric` with one number, whose length is constant; undefined before the first scrape. */
  template: Uint8Array | undefined;
  /** Distance of the number from the end of the template, in bytes. */
  numberFromEnd: number;
  /** Start time in the template. */
  templateStartUnixMs: number;
}

/** Encodes scrapes as protobuf. */
export class ProtobufExposition implements PointVisitor, ExpositionEncoder {
  readonly trailer = '';
  readonly #options: ExpositionOptions;
  readonly #families: FamilyRegistry<RenderedMetric>;
  readonly #writer = new ProtobufWriter();
  readonly #aside = new ProtobufWriter();
  /** Writes merged series. */
  readonly #merged: PointWriter<RenderedMetric> = {
    number: (metric, point) => this.#writeNumber(metric, point),
    histogram: (metric, point) => this.#writeHistogram(metric, point),
    exponentialHistogram: (metric, point) => this.#writeExponential(metric, point),
  };
  resource: Resource | undefined;
  #stream: RenderedStream<RenderedMetric> | undefined;
  /** Family that the content of `#writer` belongs to. */
  #family: Family<RenderedMetric> | undefined;

  constructor(options: ExpositionOptions) {
    this.#options = options;
    this.#families = new FamilyRegistry(options, false, {
      render: (_family, labels): RenderedMetric => ({
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
    // A walk that failed may have left bytes behind.
    this.#writer.clear();
    this.#stream = undefined;
  }

  metric(stream: MetricStream): void {
    this.#endMetric();
    this.#stream = this.#families.open(stream);
    this.#family = this.#stream?.family;
  }

  number(point: NumberPoint): void {
    if (this.#stream === undefined) return;
    const metric = this.#stream.of(point.series);
    if (metric === undefined) this.#stream.group.addNumber(point, this.#stream.sum);
    else this.#writeNumber(metric, point);
  }

  histogram(point: HistogramPoint): void {
    if (this.#stream === undefined) return;
    const metric = this.#stream.of(point.series);
    if (metric === undefined) this.#stream.group.addHistogram(point);
    else this.#writeHistogram(metric, point);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    if (this.#stream === undefined) return;
    const metric = this.#stream.of(point.series);
    if (metric === undefined) this.#stream.group.addExponential(point);
    else this.#writeExponential(metric, point);
  }

  #writeNumber(metric: RenderedMetric, point: NumberPoint): void {
    const counter = this.#family?.type === 'counter';
    if (counter && point.exemplars.length > 0) {
      this.#numberWithExemplar(metric, point);
      return;
    }
    const { startUnixMs } = point;
    if (metric.template === undefined || metric.templateStartUnixMs !== startUnixMs) {
      this.#makeTemplate(metric, counter, startUnixMs);
    }
    this.#writer.raw(metric.template as Uint8Array);
    this.#writer.setDouble(metric.numberFromEnd, point.value);
    this.#flushIfFull();
  }

  #writeHistogram(rendered: RenderedMetric, point: HistogramPoint): void {
    const { boundaries, counts, from } = point;
    const metric = this.#openMetric(rendered);
    const writer = this.#writer;
    const histogram = this.#openHistogram(point);
    const hasExemplars = point.exemplars.length > 0;
    let below = 0;
    for (let index = 0; index <= boundaries.length; index++) {
      below += counts[from + index] as number;
      const bucket = writer.open(histogramField.bucket);
      writer.uint(bucketField.count, below);
      writer.double(bucketField.bound, boundaries[index] ?? Number.POSITIVE_INFINITY);
      const exemplar = hasExemplars ? exemplarInBucket(point, index) : undefined;
      if (exemplar !== undefined) this.#exemplar(bucketField.exemplar, exemplar);
      writer.close(bucket);
    }
    this.#closeHistogram(histogram, metric, point);
  }

  #writeExponential(rendered: RenderedMetric, point: ExponentialPoint): void {
    if (!hasSchema(point.scale)) {
      this.#writeHistogram(rendered, classicHistogram(point));
      return;
    }
    const metric = this.#openMetric(rendered);
    const histogram = this.#openHistogram(point);
    writeNative(this.#writer, point);
    for (const exemplar of point.exemplars) this.#exemplar(histogramField.exemplar, exemplar);
    this.#closeHistogram(histogram, metric, point);
  }

  end(): void {
    this.#endMetric();
    this.#families.end((family, series) => {
      this.#family = family;
      series.write(this.#merged);
      this.#flush();
    });
  }

  again(): boolean {
    return this.#families.again();
  }

  get points(): number {
    return this.#families.points;
  }

  get merged(): number {
    return this.#families.merged;
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
    // The Pushgateway rejects a family without metrics.
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

  #makeTemplate(metric: RenderedMetric, counter: boolean, startUnixMs: number): void {
    const writer = this.#aside;
    const message = writer.open(familyField.metric);
    writer.raw(metric.labels);
    const number = writer.open(counter ? metricField.counter : metricField.gauge);
    writer.double(numberField.value, 0);
    const end = writer.length;
    if (counter) writeTimestamp(writer, numberField.created, startUnixMs);
    metric.numberFromEnd = writer.length - end + doubleBytes;
    writer.close(number);
    writer.close(message);
    metric.template = writer.take();
    metric.templateStartUnixMs = startUnixMs;
  }

  #numberWithExemplar({ labels }: RenderedMetric, { value, startUnixMs, exemplars }: NumberPoint): void {
    const writer = this.#writer;
    const metric = writer.open(familyField.metric);
    writer.raw(labels);
    const number = writer.open(metricField.counter);
    writer.double(numberField.value, value);
    this.#exemplar(numberField.exemplar, exemplars[0] as Exemplar);
    writeTimestamp(writer, numberField.created, startUnixMs);
    writer.close(number);
    writer.close(metric);
    this.#flushIfFull();
  }

  #openMetric({ labels }: RenderedMetric): number {
    const begin = this.#writer.open(familyField.metric);
    this.#writer.raw(labels);
    return begin;
  }

  #openHistogram({ count, sum }: DistributionPoint): number {
    const begin = this.#writer.open(metricField.histogram);
    this.#writer.uint(histogramField.count, count);
    this.#writer.double(histogramField.sum, sum ?? Number.NaN);
    return begin;
  }

  #closeHistogram(histogram: number, metric: number, { startUnixMs }: Point): void {
    writeTimestamp(this.#writer, histogramField.created, startUnixMs);
    this.#writer.close(histogram);
    this.#writer.close(metric);
    this.#flushIfFull();
  }

  #flushIfFull(): void {
    if (this.#writer.length > 32_768) this.#flush();
  }

  #exemplar(field: number, exemplar: Exemplar): void {
    const writer = this.#writer;
    const begin = writer.open(field);
    writer.raw(labelFields(this.#aside, exemplarField.label, exemplarLabels(exemplar, this.#options.names)));
    writer.double(exemplarField.value, exemplar.value);
    writeTimestamp(writer, exemplarField.timestamp, exemplar.timeUnixMs);
    writer.close(begin);
  }

  #endMetric(): void {
    this.#flush();
    if (this.#stream !== undefined) this.#families.close(this.#stream);
    this.#stream = undefined;
  }

  #flush(): void {
    if (this.#writer.length > 0) this.#family?.chunks.push(this.#writer.take());
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
