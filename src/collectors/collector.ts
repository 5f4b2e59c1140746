/**
 * A collector: sources of readings, and the metrics that are taken from each of them.
 *
 * A collector is a pack without verbs, so it is declared, started and ended like one.
 */
import { type Definitions, defineCatalogue } from '../catalogue/catalogue.js';
import type { MetricDefinition } from '../catalogue/definitions.js';
import type { Collector, PackContext } from '../catalogue/pack.js';
import { fit } from '../errors/fit.js';
import { messageOf } from '../errors.js';
import { diag } from '../model/diag.js';
import { collectorScope } from '../model/instrument.js';
import { ownMetrics } from './own-metrics.js';
import { Source, type SourceOptions, sourceFailures } from './source.js';

/** Observes one value; `undefined` observes nothing. */
export type Observe = (value: number | undefined, attributes?: Readonly<Record<string, string | number>>) => void;

/** Observable metric, and how its values are taken from a reading. */
export interface ReadMetric<R, D extends MetricDefinition = MetricDefinition> {
  readonly definition: D;
  read(reading: R, observe: Observe): void;
}

/** Metrics of one source, by key. */
// biome-ignore lint/suspicious/noExplicitAny: sources of different readings are in one list.
export type ReadMetrics = Readonly<Record<string, ReadMetric<any>>>;

/** Parts of a collector. */
export interface CollectorParts {
  /** Unique among collectors and packs, such as `runtime`. */
  readonly name: string;
  /** Options that the collector was created with. */
  readonly options: object;
  /** Metrics that are taken from readings, by the name of their source. */
  readonly read: Readonly<Record<string, ReadMetrics>>;
  /** Metrics that are recorded as events happen, by key. */
  readonly recorded?: Definitions;
  /** Opens the sources, at the start of metrics. */
  open(context: PackContext<Definitions>): Opened;
}

/** Sources of a collector that runs. */
export interface Opened {
  // biome-ignore lint/suspicious/noExplicitAny: sources of different readings are in one list.
  readonly sources: readonly SourceOptions<any, any>[];
  /** Ends what `open` has started. */
  stop?(): void;
}

/** Creates a collector from its parts. */
export function collectorOf({ name, options, read, recorded = {}, open }: CollectorParts): Collector {
  const definitions = Object.assign({}, ...Object.values(read).map(definitionsOf)) as Definitions;
  return {
    name,
    options,
    catalogue: defineCatalogue({ ...definitions, ...recorded, ...ownMetrics }, { scope: { name: collectorScope } }),
    recorder(context) {
      const { sources, stop } = open(context);
      if (stop !== undefined) context.onShutdown(stop);
      const running = sources.map((source) => observe(source, read[source.name] ?? {}, context));
      observeSources(running, context);
      return {};
    },
  };
}

/** Metrics with their definitions, by key. */
type Defined = Readonly<Record<string, { readonly definition: MetricDefinition }>>;

/** Returns the definitions of metrics, by key. */
export function definitionsOf<const M extends Defined>(metrics: M): { readonly [K in keyof M]: M[K]['definition'] } {
  const entries = Object.entries(metrics).map(([key, { definition }]) => [key, definition]);
  return Object.fromEntries(entries);
}

type Context = PackContext<Definitions>;
type AnySource = Source<unknown, unknown>;

/** Handle of any observable. */
export interface AnyObservable {
  addCallback(callback: (result: { observe: Observe }) => unknown): void;
}

/** Observes all metrics of a source. */
function observe(options: SourceOptions<unknown, unknown>, metrics: ReadMetrics, context: Context): AnySource {
  const { name } = options;
  const warn = (error: unknown) =>
    diag.warn(fit`source ${name}: ${messageOf(error)}; its metrics are absent until it can be read`);
  const source = new Source(options, context.clock, warn, (reading) => context.publish(name, reading));
  for (const [key, metric] of Object.entries(metrics)) {
    observableOf(context, key).addCallback((result) => {
      const reading = source.current();
      const { observe } = result;
      return reading instanceof Promise
        ? reading.then((later) => show(metric, later, observe))
        : show(metric, reading, observe);
    });
  }
  return source;
}

function show(metric: ReadMetric<unknown>, reading: unknown, observe: Observe): void {
  if (reading === undefined) return;
  metric.read(reading, (value, attributes) => {
    if (value !== undefined) observe(value, attributes);
  });
}

function observeSources(sources: readonly AnySource[], context: Context): void {
  const each = (key: keyof typeof ownMetrics, show: (source: AnySource, observe: Observe) => void) =>
    observableOf(context, key).addCallback((result) => {
      for (const source of sources)
        show(source, (value, more) => result.observe(value, { source: source.name, ...more }));
    });
  each('collectorBusy', ({ counts }, observe) => observe(counts.busySeconds));
  each('collectorReads', ({ counts }, observe) => observe(counts.reads));
  each('collectorFailures', ({ counts }, observe) => {
    for (const failure of sourceFailures) observe(counts.failures[failure], { 'error.type': failure });
  });
}

/** Returns an observable by its key. */
export function observableOf({ instruments }: Context, key: string): AnyObservable {
  return (instruments as unknown as Readonly<Record<string, AnyObservable>>)[key] as AnyObservable;
}
