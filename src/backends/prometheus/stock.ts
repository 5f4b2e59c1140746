/** Exposition identical to that of OpenTelemetry's own exporter, for queries and dashboards that depend on it. */
import { packageMissing } from '../../errors.js';
import type { ExpositionEncoder, FamilyParts } from '../../formats/prometheus/exposition-encoder.js';
import type { Resource } from '../../model/otel-data.js';
import type {
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  PointVisitor,
  Temporality,
} from '../../model/points.js';
import { ResourceMetricsBuilder } from '../../model/resource-metrics.js';

/** Used part of `PrometheusSerializer`. */
export interface Serializer {
  serialize(resourceMetrics: ReturnType<ResourceMetricsBuilder['result']>): string;
}

/**
 * Creates the stock serializer.
 *
 * @throws {MetricsError} METRICS_PACKAGE_MISSING if its package is not installed.
 */
export async function stockSerializer(withoutTargetInfo: boolean, withoutScopeLabels: boolean): Promise<Serializer> {
  try {
    const { PrometheusSerializer } = await import('@opentelemetry/exporter-prometheus');
    return new PrometheusSerializer('', false, undefined, withoutTargetInfo, withoutScopeLabels);
  } catch (error) {
    const name = '@opentelemetry/exporter-prometheus';
    throw packageMissing({ name, where: 'prometheus.stock', value: true, alternative: 'stock: false' }, error);
  }
}

/** Encodes text 0.0.4 with the stock serializer, which supports neither other formats nor a selection of families. */
export class StockExposition implements PointVisitor, ExpositionEncoder {
  readonly trailer = '';
  readonly #serializer: Serializer;
  #builder: ResourceMetricsBuilder | undefined;
  resource: Resource | undefined;
  points = 0;
  readonly merged = 0;

  constructor(serializer: Serializer) {
    this.#serializer = serializer;
  }

  begin(resource: Resource): void {
    this.resource = resource;
    this.points = 0;
    this.#builder = new ResourceMetricsBuilder(resource);
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    this.#builder?.metric(stream, temporality);
  }

  number(point: NumberPoint): void {
    this.points++;
    this.#builder?.number(point);
  }

  histogram(point: HistogramPoint): void {
    this.points++;
    this.#builder?.histogram(point);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    this.points++;
    this.#builder?.exponentialHistogram(point);
  }

  families(): readonly FamilyParts[] {
    return this.#builder === undefined
      ? []
      : [{ names: [], chunks: [this.#serializer.serialize(this.#builder.result())] }];
  }

  target(): string {
    return '';
  }
}
