/** Engine on a fake clock, readers that acknowledge on demand, and access to the points they collect. */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  type CollectionResult,
  type IMetricReader,
  type MetricData,
  type ResourceMetrics,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import type { CreationLimits } from '../../src/engine/creation-limits.js';
import type { Host } from '../../src/engine/host.js';
import { EngineMeterProvider } from '../../src/engine/meter-provider.js';
import type { AcknowledgedProducer, Collected } from '../../src/model/collected.js';
import { FakeClock } from '../support/clock.js';

/** Minimal reader that acknowledges its collections. */
export class PlainReader {
  producer: AcknowledgedProducer | undefined;
  readonly temporality: 'delta' | 'cumulative';
  readonly aggregation: AggregationOption;

  constructor(
    temporality: 'delta' | 'cumulative' = 'cumulative',
    aggregation: AggregationOption = { type: AggregationType.DEFAULT },
  ) {
    this.temporality = temporality;
    this.aggregation = aggregation;
  }

  setMetricProducer(producer: unknown) {
    this.producer = producer as AcknowledgedProducer;
  }
  selectAggregation() {
    return this.aggregation;
  }
  selectAggregationTemporality() {
    return this.temporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  }
  selectCardinalityLimit() {
    return undefined as unknown as number;
  }
  async forceFlush() {}
  async shutdown() {}

  begin(timeoutMillis?: number): Promise<Collected> {
    return (this.producer as AcknowledgedProducer).begin(timeoutMillis === undefined ? {} : { timeoutMillis });
  }
  collect(): Promise<CollectionResult> {
    return (this.producer as AcknowledgedProducer).collect();
  }
  /** Collects all points, then accepts or rejects the collection. */
  async points(answer: 'accept' | 'reject' = 'accept'): Promise<Point[]> {
    const collected = await this.begin();
    const points = pointsOf(await collected.resourceMetrics());
    collected[answer]();
    return points;
  }
}

/** Collected point. */
export interface Point {
  readonly name: string;
  readonly attributes: Attributes;
  /** `[start, end]` in milliseconds. */
  readonly time: readonly [number, number];
  // biome-ignore lint/suspicious/noExplicitAny: a number or a histogram, as the test expects.
  readonly value: any;
  readonly metric: MetricData;
}

/** Returns all points of a collection in one list. */
export function pointsOf({ scopeMetrics }: ResourceMetrics): Point[] {
  return scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap((metric) =>
      metric.dataPoints.map(({ attributes, startTime, endTime, value }) => ({
        name: metric.descriptor.name,
        attributes,
        time: [startTime[0] * 1_000 + startTime[1] / 1e6, endTime[0] * 1_000 + endTime[1] / 1e6] as const,
        value,
        metric,
      })),
    ),
  );
}

/** Options of `startEngine`. */
export interface EngineOptions {
  readonly readers?: readonly PlainReader[];
  readonly views?: readonly ViewOptions[];
  readonly pause?: () => Promise<void>;
  readonly early?: boolean;
  readonly limits?: CreationLimits;
}

/** Starts a provider on a fake clock with one meter. Timers of `host.sleep` run until `fireTimers` is called. */
export function startEngine({
  readers = [new PlainReader()],
  views = [],
  pause,
  early = false,
  limits = {},
}: EngineOptions = {}) {
  const clock = new FakeClock();
  const timers = new Set<() => void>();
  const host: Host = {
    clock,
    pause: pause ?? (() => new Promise((resolve) => setImmediate(resolve))),
    sleep() {
      let end = () => {};
      const done = new Promise<void>((resolve) => {
        end = resolve;
      });
      timers.add(end);
      return { done, cancel: () => timers.delete(end) };
    },
  };
  const resource = resourceFromAttributes({ 'service.name': 'test' });
  const provider = new EngineMeterProvider(host, resource, early);
  const connect = () =>
    provider.connect({ resource, views, readers: readers as readonly unknown[] as readonly IMetricReader[] });
  provider.limits = limits;
  if (!early) connect();
  const fireTimers = () => {
    for (const end of timers) end();
    timers.clear();
  };
  return { provider, clock, meter: provider.getMeter('test'), readers, connect, fireTimers };
}

/** Returns the value of the only point with this name and these attributes. */
export function pointValue(points: readonly Point[], name: string, attributes: Attributes = {}): Point['value'] {
  const wanted = JSON.stringify(Object.entries(attributes).sort());
  const found = points.filter(
    (point) => point.name === name && JSON.stringify(Object.entries(point.attributes).sort()) === wanted,
  );
  if (found.length > 1) throw new Error(`${name} ${wanted} has ${found.length} points`);
  return found[0]?.value;
}
