/** A reader for tests: returns the current values, and resets them. */
import { isEqual } from '../catalogue/is-equal.js';
import { isAcknowledged } from '../model/collected.js';
import { holdingProcess } from '../model/deadline.js';
import { aggregationTemporalities, aggregationTypes, defaultCardinalityLimit } from '../model/instrument.js';
import type { CollectionResult, ExponentialHistogram, Histogram } from '../model/otel-data.js';
import type { MetricProducer, MetricReader } from '../model/otel-sdk.js';

/** Current value of one series. */
export interface ReadPoint {
  /** Declared name of the metric. */
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number | Histogram | ExponentialHistogram;
}

/**
 * Reads metrics in tests. Values are cumulative. Series that start at 0 are included before they are recorded.
 *
 * @example
 * import { counter, defineCatalogue, oneOf, startMetrics } from 'otelier';
 * import { InMemoryReader } from 'otelier/testing';
 * const channel = oneOf('web', 'app');
 * const orders = counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes: { channel } });
 * const shop = defineCatalogue({ orders });
 * const reader = new InMemoryReader();
 * const metrics = startMetrics({ isolated: true, readers: [reader], catalogues: { shop } });
 * metrics.shop.orders.add(2, { channel: 'web' });
 * console.log(await reader.valueOf('shop.orders', { channel: 'web' })); // 2
 * reader.reset();
 */
export class InMemoryReader implements MetricReader {
  readonly startsAtZero = true;
  #producer: MetricProducer | undefined;

  setMetricProducer(producer: MetricProducer): void {
    this.#producer = producer;
  }

  selectAggregation() {
    return { type: aggregationTypes.default };
  }

  selectAggregationTemporality() {
    return aggregationTemporalities.cumulative;
  }

  selectCardinalityLimit(): number {
    return defaultCardinalityLimit;
  }

  /**
   * Runs the callbacks of observable instruments and returns all metrics as OpenTelemetry's data. `errors` has the error of
   * each callback that failed; it is not logged.
   */
  async collect(): Promise<CollectionResult> {
    return holdingProcess(this.#connected().collect());
  }

  /** Returns all series, those of one metric together. Rejects with the first error of a callback. */
  async points(): Promise<ReadPoint[]> {
    const { resourceMetrics, errors } = await this.collect();
    if (errors.length > 0) throw errors[0];
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        (dataPoints as readonly Omit<ReadPoint, 'metric'>[]).map(({ attributes, value }) => ({
          metric: descriptor.name,
          attributes,
          value,
        })),
      ),
    );
  }

  /** Returns the value of the series that has exactly these attributes; `undefined` without such a series. */
  async valueOf(metric: string, attributes: ReadPoint['attributes'] = {}): Promise<ReadPoint['value'] | undefined> {
    const points = await this.points();
    return points.find((point) => point.metric === metric && isEqual(point.attributes, attributes))?.value;
  }

  /**
   * Drops the values of all metrics, for all readers and backends, as if nothing had been recorded: counters start from 0
   * and series without recordings are gone. Instruments, bound handles and callbacks remain in use. Resets the counts of
   * rejected measurements too. Await collections that are under way before.
   *
   * @throws {Error} before the start, and behind the `MeterProvider` of another package.
   */
  reset(): void {
    const producer = this.#connected();
    if (!isAcknowledged(producer)) {
      throw new Error(
        'InMemoryReader: cannot reset the metrics of another MeterProvider; start them with startMetrics',
      );
    }
    producer.reset();
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #connected(): MetricProducer {
    if (this.#producer === undefined) {
      throw new Error('InMemoryReader: not connected; pass it to startMetrics({ readers: [reader] })');
    }
    return this.#producer;
  }
}
