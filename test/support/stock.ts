/** Stock OpenTelemetry providers and readers for tests. */
import { MeterProvider, MetricReader, type ViewOptions } from '@opentelemetry/sdk-metrics';

/** Collects on demand. */
export class OnDemandReader extends MetricReader {
  protected override onForceFlush() {
    return Promise.resolve();
  }
  protected override onShutdown() {
    return Promise.resolve();
  }
}

/** One collected point, without its times. */
export interface Point {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: a number or a histogram, depending on the test.
  readonly value: any;
}

/** Returns a provider and a function that collects from it. */
export function stockProvider(views: ViewOptions[] = []) {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader], views });
  return { provider, meter: provider.getMeter('test'), collect: () => pointsOf(reader) };
}

/** Returns a reader for `startMetrics({ readers })` and a function that collects from it. */
export function stockReader() {
  const reader = new OnDemandReader();
  return { reader, collect: () => pointsOf(reader) };
}

async function pointsOf(reader: MetricReader): Promise<Point[]> {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap((metric) =>
      metric.dataPoints.map(({ attributes, value }) => ({ name: metric.descriptor.name, attributes, value })),
    ),
  );
}
