/** Walk, built data and replay are equivalent; long walks yield to the event loop. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import type {
  DistributionPoint,
  ExponentialPoint,
  HistogramPoint,
  NumberPoint,
  Point,
  PointVisitor,
} from '../../src/model/points.js';
import { replay } from '../../src/model/replay.js';
import { ResourceMetricsBuilder } from '../../src/model/resource-metrics.js';
import { PlainReader, startEngine } from '../engine/provider.js';

const common = ({ attributes, startUnixMs, endUnixMs, exemplars }: Point) => [
  attributes,
  startUnixMs,
  endUnixMs,
  exemplars,
];
const summary = ({ count, sum, min, max }: DistributionPoint) => [count, sum, min, max];

/** Records the calls of a walk, except metrics without points. */
class CallList implements PointVisitor {
  readonly calls: unknown[][] = [];
  begin() {
    this.calls.push(['begin']);
  }
  end() {
    this.#dropEmpty();
    this.calls.push(['end']);
  }
  metric(...all: unknown[]) {
    this.#dropEmpty();
    this.calls.push(['metric', ...all]);
  }
  number(point: NumberPoint) {
    this.calls.push(['number', ...common(point), point.value]);
  }
  histogram(point: HistogramPoint) {
    const { boundaries, counts, from } = point;
    const own = Array.from(counts.subarray(from, from + boundaries.length + 1));
    this.calls.push(['histogram', ...common(point), ...summary(point), [...boundaries], own]);
  }
  exponentialHistogram(point: ExponentialPoint) {
    const own = [point.positive, point.negative].map(({ offset, counts, from, length }) => [
      offset,
      Array.from(counts.subarray(from, from + length)),
    ]);
    const { scale, zeroCount } = point;
    this.calls.push(['exponentialHistogram', ...common(point), ...summary(point), scale, zeroCount, ...own]);
  }
  #dropEmpty() {
    if (this.calls.at(-1)?.[0] === 'metric') this.calls.pop();
  }
}

function everyKind(temporality: 'cumulative' | 'delta') {
  const reader = new PlainReader(temporality);
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const engine = startEngine({ readers: [reader], views: [{ instrumentName: 'exponential', aggregation }] });
  const { provider, clock } = engine;
  for (const meter of [provider.getMeter('one', '1', { schemaUrl: 'https://example.org' }), provider.getMeter('two')]) {
    meter.createCounter('counter', { unit: 'By', description: 'C.' }).add(2, { id: 'a', list: ['b'] });
    meter.createUpDownCounter('changes').add(-2);
    meter.createGauge('gauge').record(1.5);
    meter.createHistogram('explicit').record(7);
    meter.createHistogram('exponential').record(7);
    meter.createHistogram('exponential').record(0);
    meter.createHistogram('unused');
    meter.createObservableCounter('oc').addCallback((result) => result.observe(3));
    meter.createObservableUpDownCounter('ou').addCallback((result) => result.observe(-3));
    meter.createObservableGauge('og').addCallback((result) => result.observe(0.25));
  }
  clock.advance(1_500);
  return { ...engine, reader };
}

describe.each(['cumulative', 'delta'] as const)('%s', (temporality) => {
  test('a replay of built data builds the same data', async () => {
    const { reader } = everyKind(temporality);
    const resourceMetrics = await (await reader.begin()).resourceMetrics();
    expect(resourceMetrics.scopeMetrics.map(({ metrics }) => metrics.length)).toEqual([8, 8]);
    const builder = new ResourceMetricsBuilder(resourceMetrics.resource);
    replay(resourceMetrics, builder);
    expect(builder.result()).toEqual(resourceMetrics);
  });

  test('a replay makes the calls that the walk made', async () => {
    const { reader } = everyKind(temporality);
    const walked = new CallList();
    const first = await reader.begin();
    await first.walk(walked);
    first.reject();
    const second = await reader.begin();
    const replayed = new CallList();
    replay(await second.resourceMetrics(), replayed);
    expect(replayed.calls).toEqual(walked.calls);
  });
});

describe('a walk over 50,000 series', () => {
  const start = (pause: () => Promise<void>) => {
    const reader = new PlainReader();
    const engine = startEngine({
      readers: [reader],
      views: [{ instrumentName: '*', aggregationCardinalityLimit: 60_000 }],
      pause,
    });
    const counter = engine.meter.createCounter('m');
    for (let id = 0; id < 50_000; id++) counter.add(1, { id });
    return { ...engine, reader, counter };
  };

  test('pauses, and visits each series once', async () => {
    let pauses = 0;
    const { reader, clock } = start(async () => {
      pauses++;
    });
    let steps = 0;
    clock.monotonicMs = () => steps++ * 0.1;
    const points = await reader.points();
    expect(pauses).toBeGreaterThan(10);
    expect(new Set(points.map(({ attributes }) => attributes['id'])).size).toBe(50_000);
    expect(points).toHaveLength(50_000);
  });

  test('leaves the event loop free on the clock of the machine', async () => {
    const { reader, clock, counter } = start(() => new Promise((resolve) => setImmediate(resolve)));
    clock.monotonicMs = () => performance.now();
    let turns = 0;
    const interval = setInterval(() => {
      turns++;
      counter.add(1, { id: 0 });
    }, 1);
    const collected = await reader.begin();
    let points = 0;
    const number = () => {
      points++;
      for (const until = performance.now() + 0.002; performance.now() < until; );
    };
    await collected.walk({ metric() {}, number, histogram() {}, exponentialHistogram() {} });
    clearInterval(interval);
    expect(points).toBe(50_000);
    expect(turns).toBeGreaterThan(5);
  });

  test('does not overlap with another walk, and ends if its visitor throws', async () => {
    const order: string[] = [];
    const { reader } = start(async () => {});
    const visitor = (name: string, fails: boolean): PointVisitor => ({
      begin: () => void order.push(`${name} begins`),
      metric() {
        if (fails) throw new Error('no');
      },
      number() {},
      histogram() {},
      exponentialHistogram() {},
      end: () => void order.push(`${name} ends`),
    });
    const [one, two, three] = [reader.begin(), reader.begin(), reader.begin()];
    await (await one).walk(visitor('one', false));
    await expect((await two).walk(visitor('two', true))).rejects.toThrow('no');
    await (await three).walk(visitor('three', false));
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'three begins', 'three ends']);
  });
});
