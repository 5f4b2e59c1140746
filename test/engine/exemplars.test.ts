/** Exemplars: selection of measurements, one per slot and collection. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExemplarFilter } from '../../src/engine/exemplars.js';
import { emptyResource, systemHost } from '../../src/engine/host.js';
import { EngineMeterProvider } from '../../src/engine/meter-provider.js';
import type { AcknowledgedProducer } from '../../src/model/collected.js';
import type { Exemplar, Point, PointVisitor } from '../../src/model/points.js';
import { FakeClock } from '../support/clock.js';
import { OnDemandReader } from '../support/stock.js';

/** Context manager with the `with` and `active` of OpenTelemetry's Node SDK. */
class Contexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = () => this.#storage.getStore() ?? ROOT_CONTEXT;
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    within: Context,
    fn: F,
    self?: ThisParameterType<F>,
    ...args: A
  ) {
    return this.#storage.run(within, () => fn.call(self as never, ...args));
  }
  bind = <T>(_: Context, target: T) => target;
  enable = () => this;
  disable = () => this;
}

class WalkingReader extends OnDemandReader {
  producer: AcknowledgedProducer | undefined;
  override setMetricProducer(producer: AcknowledgedProducer) {
    super.setMetricProducer(producer);
    this.producer = producer;
  }
}

function start(exemplarFilter?: ExemplarFilter) {
  const clock = new FakeClock();
  const provider = new EngineMeterProvider(systemHost(clock), emptyResource, false);
  const reader = new WalkingReader();
  provider.connect({ resource: emptyResource, readers: [reader], ...(exemplarFilter && { exemplarFilter }) });
  const collect = async () => {
    const seen: Exemplar[] = [];
    const keep = ({ exemplars }: Point) => void seen.push(...exemplars);
    const visitor: PointVisitor = {
      metric: () => undefined,
      number: keep,
      histogram: keep,
      exponentialHistogram: keep,
    };
    const collected = await reader.producer?.begin();
    await collected?.walk(visitor);
    collected?.accept();
    return seen;
  };
  return { clock, meter: provider.getMeter('test'), collect };
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

function inSpan<T>(sampled: boolean, work: () => T): T {
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return context.with(trace.setSpanContext(context.active(), { traceId, spanId, traceFlags }), work);
}

describe('with a context manager', () => {
  beforeEach(() => context.setGlobalContextManager(new Contexts()));
  afterEach(() => context.disable());

  test('samples a measurement in a sampled trace, with its trace', async () => {
    const { clock, meter, collect } = start();
    const counter = meter.createCounter('c');
    counter.add(1);
    clock.advance(5);
    for (let attempt = 0; attempt < 10; attempt++) inSpan(true, () => counter.add(7));
    inSpan(true, () => counter.add(8));
    expect(await collect()).toEqual([
      { value: 7, timeUnixMs: clock.nowUnixMs(), traceId, spanId, filteredAttributes: {} },
    ]);
  });

  test('does not sample a measurement outside a trace, or in an unsampled trace', async () => {
    const { meter, collect } = start();
    const counter = meter.createCounter('c');
    for (let record = 0; record < 100; record++) counter.add(1);
    for (let record = 0; record < 100; record++) inSpan(false, () => counter.add(1));
    expect(await collect()).toEqual([]);
  });

  test('keeps one exemplar per bucket, and replaces it after a collection', async () => {
    const { clock, meter, collect } = start();
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [10, 20] } });
    inSpan(true, () => {
      for (const value of [1, 2, 11, 12, 21, 22]) histogram.record(value);
    });
    expect((await collect()).map(({ value }) => value)).toEqual([1, 11, 21]);
    clock.advance(1_000);
    inSpan(true, () => histogram.record(13));
    expect((await collect()).map(({ value }) => value)).toEqual([1, 13, 21]);
  });

  test('attempts without a trace become rarer, and resume after a collection', async () => {
    let lookUps = 0;
    class Counting extends Contexts {
      override active = () => {
        lookUps++;
        return ROOT_CONTEXT;
      };
    }
    context.disable();
    context.setGlobalContextManager(new Counting());
    const { meter, collect } = start();
    const counter = meter.createCounter('c');
    for (let record = 0; record < 10_000; record++) counter.add(1);
    expect(lookUps).toBeGreaterThan(5);
    expect(lookUps).toBeLessThan(20);
    await collect();
    const before = lookUps;
    counter.add(1);
    expect(lookUps).toBe(before + 1);
  });

  test('always_off samples nothing', async () => {
    const { meter, collect } = start('always_off');
    inSpan(true, () => meter.createCounter('c').add(1));
    expect(await collect()).toEqual([]);
  });
});

test('always_on samples measurements without a trace', async () => {
  const { meter, collect } = start('always_on');
  meter.createGauge('g').record(3);
  expect(await collect()).toMatchObject([{ value: 3, traceId: undefined }]);
});

test('does not read the context without a context manager', async () => {
  const { meter, collect } = start();
  inSpan(true, () => meter.createCounter('c').add(1));
  expect(await collect()).toEqual([]);
});
