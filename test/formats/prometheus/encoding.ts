/** Encoders for tests: one per format, driven by OpenTelemetry metric data, and their output. */
import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { openMetrics2Text, openMetricsText, prometheusText } from '../../../src/formats/prometheus/dialects.js';
import { bodyOf, type ExpositionEncoder } from '../../../src/formats/prometheus/exposition-encoder.js';
import { namesOf } from '../../../src/formats/prometheus/exposition-names.js';
import { ProtobufExposition } from '../../../src/formats/prometheus/protobuf.js';
import { TextExposition } from '../../../src/formats/prometheus/text.js';
import type { Exemplar, MetricStream, Point, PointVisitor } from '../../../src/model/points.js';
import { replay } from '../../../src/model/replay.js';
import type { EscapingScheme } from '../../../src/naming/escaping.js';
import type { TranslationStrategy } from '../../../src/naming/prometheus.js';
import { withExemplars } from '../../support/points.js';

export const formats = ['text', 'openmetrics', 'protobuf'] as const;

export type Format = (typeof formats)[number];

/** Every format, also the experimental one, which only its own parser reads. */
export const allFormats = [...formats, 'openmetrics2'] as const;

export type AnyFormat = (typeof allFormats)[number];

const dialects = { text: prometheusText, openmetrics: openMetricsText, openmetrics2: openMetrics2Text };

/** Options of encoders; the defaults are those of the endpoint. */
export interface EncodingOptions {
  readonly strategy?: TranslationStrategy;
  readonly escaping?: EscapingScheme;
  readonly scopeLabels?: boolean;
  readonly targetInfo?: boolean;
  readonly resourceLabels?: readonly string[];
  readonly createdSamples?: boolean;
  readonly warn?: (message: string) => void;
}

/** Creates an encoder. */
export function createExposition(format: AnyFormat, options: EncodingOptions = {}): ExpositionEncoder {
  const { strategy = 'UnderscoreEscapingWithSuffixes', escaping = 'underscores', ...rest } = options;
  const shown = {
    names: namesOf(strategy, escaping),
    scopeLabels: true,
    targetInfo: true,
    resourceLabels: [],
    createdSamples: false,
    warn: () => undefined,
    ...rest,
  };
  if (format === 'protobuf') return new ProtobufExposition(shown);
  return new TextExposition(dialects[format], shown);
}

/** Returns the whole response of the last walk. */
export function bytesOf(exposition: ExpositionEncoder): Buffer {
  return Buffer.concat(bodyOf(exposition).all);
}

/** Encodes a collection with a new encoder. */
export function encode(format: AnyFormat, collection: ResourceMetrics, options?: EncodingOptions, more?: More): Buffer {
  const exposition = createExposition(format, options);
  replay(collection, more === undefined ? exposition : withMore(exposition, more));
  return bytesOf(exposition);
}

/** Encodes a collection as text. */
export function encodeText(
  format: 'text' | 'openmetrics',
  collection: ResourceMetrics,
  options?: EncodingOptions,
  more?: More,
): string {
  return encode(format, collection, options, more).toString();
}

/** Data of the engine that OpenTelemetry metric data lacks. */
export interface More {
  /** Shapes by metric name. */
  readonly shapes?: Readonly<Record<string, 'info' | 'stateSet'>>;
  readonly exemplars?: (stream: MetricStream, attributes: Attributes) => readonly Exemplar[];
}

/** Returns a visitor that adds shapes and exemplars to the data that it forwards. */
export function withMore(visitor: PointVisitor, { shapes = {}, exemplars = () => [] }: More): PointVisitor {
  let stream: MetricStream | undefined;
  const more = <P extends Point>(point: P): P =>
    withExemplars(point, exemplars(stream as MetricStream, point.attributes));
  return {
    begin: (resource) => visitor.begin?.(resource),
    metric(plain, temporality) {
      stream = { ...plain, shape: shapes[plain.name] };
      visitor.metric(stream, temporality);
    },
    number: (point) => visitor.number(more(point)),
    histogram: (point) => visitor.histogram(more(point)),
    exponentialHistogram: (point) => visitor.exponentialHistogram(more(point)),
    end: () => visitor.end?.(),
    again: () => visitor.again?.() ?? false,
  };
}
