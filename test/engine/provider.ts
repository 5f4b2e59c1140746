/** An engine on a fake clock with readers that answer when the test says, and the points that they get. */
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
import type { Surroundings } from '../../src/engine/host.js';
import { EngineMeterProvider } from '../../src/engine/meter-provider.js';
import type { AcknowledgedProducer, Collected } from '../../src/model/collected.js';
import { FakeClock } from '../support/clock.js';

/** The least that an acknowledging reader is. */
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
  /** Collects and gives the answer. */
  async points(answer: 'accept' | 'reject' = 'accept'): Promise<Point[]> {
    const collected = await this.begin();
    const points = pointsOf(await collected.resourceMetrics());
    collected[answer]();
    return points;
  }
}

/** One collected point. */
export interface Point {
  readonly name: string;
  readonly attributes: Attributes;
  /** `[start, end]` in milliseconds. */
  readonly time: readonly [number, number];
  // biome-ignore lint/suspicious/noExplicitAny: a number or a histogram, as the test expects.
  readonly value: any;
  readonly metric: MetricData;
}

/** All points of a collection, flat. */
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

/** What tests may turn. */
export interface EngineOptions {
  readonly readers?: readonly PlainReader[];
  readonly views?: readonly ViewOptions[];
  readonly pause?: () => Promise<void>;
  readonly early?: boolean;
}

/** A provider on a fake clock, one meter, and its readers; a `sleep` is over when the test says so. */
export function startEngine({ readers = [new PlainReader()], views = [], pause, early = false }: EngineOptions = {}) {
  const clock = new FakeClock();
  /** Ends every sleep that is under way. */
  const sleepers = new Set<() => void>();
  const surroundings: Surroundings = {
    clock,
    pause: pause ?? (() => new Promise((resolve) => setImmediate(resolve))),
    sleep() {
      let wake = () => {};
      const over = new Promise<void>((resolve) => {
        wake = resolve;
      });
      sleepers.add(wake);
      return { over, cancel: () => sleepers.delete(wake) };
    },
  };
  const resource = resourceFromAttributes({ 'service.name': 'test' });
  const provider = new EngineMeterProvider(surroundings, resource, early);
  const connect = () =>
    provider.connect({ resource, views, readers: readers as readonly unknown[] as readonly IMetricReader[] });
  if (!early) connect();
  const wakeAll = () => {
    for (const wake of sleepers) wake();
    sleepers.clear();
  };
  return { provider, clock, meter: provider.getMeter('test'), readers, connect, wakeAll, surroundings };
}

/** Of the points, those of one metric with these attributes. */
export function pointValue(points: readonly Point[], name: string, attributes: Attributes = {}): Point['value'] {
  const wanted = JSON.stringify(Object.entries(attributes).sort());
  const found = points.filter(
    (point) => point.name === name && JSON.stringify(Object.entries(point.attributes).sort()) === wanted,
  );
  if (found.length > 1) throw new Error(`${name} ${wanted} has ${found.length} points`);
  return found[0]?.value;
}
