/** Type tests: readers, exporters and resources of sdk-metrics 1, declared here by the members that differ. Never run. */
import type { Attributes } from '@opentelemetry/api';
import {
  type AggregationTemporality,
  ConsoleMetricExporter,
  MeterProvider as StockMeterProvider,
  type ResourceMetrics as StockResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { startMetrics } from 'otelier';
import { type Backend, type Collected, type PeriodicReader, stockExporter } from 'otelier/backends';
import { MeterProvider } from 'otelier/engine';

declare enum InstrumentType {
  COUNTER = 'COUNTER',
  HISTOGRAM = 'HISTOGRAM',
}
declare abstract class Aggregation {
  abstract createAggregator(instrument: {
    name: string;
    type: InstrumentType;
    advice: { explicitBucketBoundaries?: number[] };
  }): { kind: number };
}
interface IResource {
  asyncAttributesPending?: boolean;
  readonly attributes: Attributes;
  waitForAsyncAttributes?(): Promise<void>;
  merge(other: IResource | null): IResource;
}
interface ResourceMetrics {
  resource: IResource;
  scopeMetrics: StockResourceMetrics['scopeMetrics'];
}
interface CollectionResult {
  resourceMetrics: ResourceMetrics;
  errors: unknown[];
}
declare class MetricReader {
  setMetricProducer(producer: { collect(): Promise<CollectionResult> }): void;
  selectAggregation(instrumentType: InstrumentType): Aggregation;
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality;
  collect(): Promise<CollectionResult>;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
declare class OTLPMetricExporter {
  export(metrics: ResourceMetrics, resultCallback: (result: { code: number; error?: Error }) => void): void;
  selectAggregation(instrumentType: InstrumentType): Aggregation;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
declare class View {
  readonly aggregation: Aggregation;
  readonly instrumentSelector: object;
}
declare const resource: IResource;
declare const incomplete: Omit<MetricReader, 'selectAggregation'>;

startMetrics({ readers: [new MetricReader()] });
new MeterProvider({ resource, readers: [new MetricReader()] });
stockExporter(new OTLPMetricExporter(), { exported() {} });
// @ts-expect-error: the selectors of a view of sdk-metrics 1 are hidden
startMetrics({ views: [new View()] });
// @ts-expect-error: a reader that selects no aggregation
startMetrics({ readers: [incomplete] });

// Ours, passed to the stock SDK: the wider types of what is accepted do not reach what is returned.
declare const backend: Backend;
declare const reader: PeriodicReader;
declare const collected: Collected;
new StockMeterProvider({ readers: [backend.reader, reader], resource: collected.resource });
new ConsoleMetricExporter().export(await collected.resourceMetrics(), ({ code, error }) => console.log(code, error));
