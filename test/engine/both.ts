/** Runs one program of instruments, views, readers and recordings on the stock SDK and on the engine. */
import type { Attributes, Counter, Gauge, Histogram, Meter, Observable, ValueType } from '@opentelemetry/api';
import {
  type AggregationTemporality,
  DataPointType,
  type ResourceMetrics,
  MeterProvider as StockMeterProvider,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { MeterProvider } from 'otelier/engine';
import type { InstrumentKind } from '../../src/model/instrument.js';
import { OnDemandReader } from '../support/stock.js';

export interface ProgramInstrument {
  readonly name: string;
  readonly kind: InstrumentKind;
  readonly meter: number;
  readonly unit: string;
  readonly valueType: ValueType;
  readonly advised: readonly number[] | undefined;
}

/** A recording; for an observable, the value that its callback observes afterwards. */
export interface Recording {
  readonly instrument: number;
  readonly value: number;
  readonly attributes: Attributes | undefined;
}

export interface Program {
  readonly instruments: readonly ProgramInstrument[];
  readonly views: readonly ViewOptions[];
  readonly temporalities: readonly AggregationTemporality[];
  readonly steps: readonly (Recording | { readonly reader: number })[];
}

/** Runs a program on a provider; returns the results of its collections. */
async function runOn(Provider: typeof StockMeterProvider | typeof MeterProvider, program: Program) {
  const readers = program.temporalities.map(
    (temporality) => new OnDemandReader({ aggregationTemporalitySelector: () => temporality }),
  );
  const provider = new Provider({ readers, views: [...program.views] });
  const observed = program.instruments.map(() => new Map<string, [number, Attributes | undefined]>());
  const record = program.instruments.map((instrument, index) =>
    recorderOf(provider.getMeter(`meter${instrument.meter}`, '1'), instrument, observed[index] as Map<string, never>),
  );
  const collected: ResourceMetrics[] = [];
  for (const step of program.steps) {
    if ('reader' in step) {
      const { resourceMetrics, errors } = await (readers[step.reader % readers.length] as OnDemandReader).collect();
      if (errors.length > 0) throw errors[0];
      collected.push(resourceMetrics);
    } else record[step.instrument % record.length]?.(step.value, step.attributes);
  }
  await provider.shutdown();
  return collected;
}

/** Runs a program on the stock SDK and on the engine; returns the results of both. */
export async function runOnBoth(program: Program) {
  return { stock: await runOn(StockMeterProvider, program), ours: await runOn(MeterProvider, program) };
}

function recorderOf(
  meter: Meter,
  { name, kind, unit, valueType, advised }: ProgramInstrument,
  observed: Map<string, [number, Attributes | undefined]>,
): (value: number, attributes: Attributes | undefined) => void {
  const advice = advised === undefined ? {} : { advice: { explicitBucketBoundaries: [...advised] } };
  const options = { unit, valueType, description: `The ${kind}.`, ...advice };
  const make = `create${kind[0]?.toUpperCase()}${kind.slice(1)}` as 'createCounter';
  const instrument = meter[make](name, options) as Counter & Gauge & Histogram & Observable;
  if (kind === 'counter' || kind === 'upDownCounter') return (value, attributes) => instrument.add(value, attributes);
  if (kind === 'gauge' || kind === 'histogram') return (value, attributes) => instrument.record(value, attributes);
  instrument.addCallback((result) => {
    for (const [value, attributes] of observed.values()) result.observe(value, attributes);
  });
  return (value, attributes) => {
    const key = canonical(attributes ?? {});
    const before = observed.get(key)?.[0] ?? 0;
    observed.set(key, [kind === 'observableCounter' ? before + value : value, attributes]);
  };
}

function canonical(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Point without times. */
// biome-ignore lint/suspicious/noExplicitAny: a number or a histogram.
export type Comparable = Record<string, any>;

/** Returns the points of a collection by scope, metric and attributes, without times and zero deltas of sums. */
export function comparable({ scopeMetrics }: ResourceMetrics): Map<string, Comparable> {
  const points = new Map<string, Comparable>();
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const { descriptor, dataPointType, aggregationTemporality } = metric;
      const isMonotonic = 'isMonotonic' in metric ? metric.isMonotonic : undefined;
      for (const { attributes, value } of metric.dataPoints) {
        const key = `${scope.name} ${descriptor.name} ${canonical(attributes)}`;
        if (points.has(key)) throw new Error(`two points for ${key}`);
        // The engine omits a delta of 0. The stock SDK exports it after add(0) or an unchanged observation.
        if (dataPointType === DataPointType.SUM && aggregationTemporality === 0 && value === 0) continue;
        const { name, unit, description, valueType } = descriptor;
        points.set(key, {
          name,
          unit,
          description,
          valueType,
          dataPointType,
          aggregationTemporality,
          isMonotonic,
          value: typeof value === 'number' ? value : { ...value },
        });
      }
    }
  }
  return points;
}
