/** The verbs of application sources, and the callbacks that show what is observed. */
import type { Definitions } from '../../catalogue/catalogue.js';
import type { PackContext } from '../../catalogue/pack.js';
import { fit, fitBefore } from '../../errors/fit.js';
import { messageOf, requireArgument } from '../../errors.js';
import { diag } from '../../model/diag.js';
import { isThenable } from '../../model/thenable.js';
import { type AnyObservable, type Observe, observableOf } from '../collector.js';
import { Source, type SourceCounts, sourceFailures } from '../source.js';
import { type AnyReading, type ApplicationMetric, isAmount, type Kind, kinds } from './metrics.js';
import type {
  BufferReading,
  CacheReading,
  HttpPoolReading,
  PoolReading,
  QueueReading,
  ReadingSource,
} from './readings.js';

/** Ends an observation: its metrics are absent from the next collection on. */
export type StopObserving = () => void;

/**
 * Observes parts of the application. `name` is a text of 1 to 100 characters, unique within a kind; a later source of the
 * same name replaces the earlier one, with a warning.
 *
 * No method throws. An invalid argument, or a name beyond the limit, is not observed; it is counted as `event_unreadable` in
 * `status().rejected` and logged once per method.
 */
export interface ApplicationRecorder {
  /** Observes a pool of connections, or a client. */
  observePool(name: string, source: ReadingSource<PoolReading | HttpPoolReading>): StopObserving;
  /** Observes a cache. */
  observeCache(name: string, source: ReadingSource<CacheReading>): StopObserving;
  /** Observes a bounded buffer. */
  observeBuffer(name: string, source: ReadingSource<BufferReading>): StopObserving;
  /** Observes a queue. */
  observeQueue(name: string, source: ReadingSource<QueueReading>): StopObserving;
}

/** Validated options. */
export interface ApplicationSettings {
  readonly limit: number;
  readonly intervalMs: number;
}

/** Values of one reading with their attributes, by key of the metric. */
type Values = ReadonlyMap<string, readonly (readonly [number, Readonly<Record<string, string | number>>])[]>;

/** Observed part of the application. */
interface Observed {
  readonly source: Source<unknown, Values>;
  /** True if a source of the same name was replaced. */
  readonly isReplacement: boolean;
}

type Metrics = Readonly<Record<string, ApplicationMetric>>;
type Context = PackContext<Definitions>;

const maxNameLength = 100;

/** Returns the verbs, and registers the callbacks of the metrics. */
export function applicationRecorder(
  context: Context,
  metrics: Metrics,
  settings: ApplicationSettings,
): ApplicationRecorder {
  const observed = new Map(kinds.map((kind) => [kind, new Map<string, Observed>()]));
  showAll(context, metrics, observed);
  const verb = (method: string, kind: Kind) => {
    const ofKind = Object.entries(metrics).filter(([, metric]) => metric.kind === kind);
    const things = observed.get(kind) as Map<string, Observed>;
    return context.guard.verb<[string, ReadingSource<object>], StopObserving>(
      method,
      (name, read) => {
        checkArguments(name, read);
        const earlier = things.get(name);
        if (earlier === undefined && things.size >= settings.limit)
          throw new RangeError(`"${name}" is beyond the limit of ${settings.limit}; raise the option limit`);
        if (earlier?.isReplacement === false)
          diag.warn(
            fit`application: ${kind} "${name}" is observed twice; its earlier source is replaced: use two names`,
          );
        const source = sourceOf(`${kind} "${name}"`, read, settings.intervalMs, context, (reading) =>
          valuesOf(reading, name, ofKind, context.clock.nowUnixMs()),
        );
        const thing = { source, isReplacement: earlier !== undefined };
        things.set(name, thing);
        return () => {
          if (things.get(name) === thing) things.delete(name);
        };
      },
      () => () => {},
    );
  };
  return {
    observePool: verb('observePool', 'pool'),
    observeCache: verb('observeCache', 'cache'),
    observeBuffer: verb('observeBuffer', 'buffer'),
    observeQueue: verb('observeQueue', 'queue'),
  };
}

function checkArguments(name: unknown, read: unknown): void {
  if (typeof name !== 'string' || name === '' || name.length > maxNameLength)
    throw new TypeError(`name: expected a text of 1 to ${maxNameLength} characters`);
  const isSource = typeof read === 'function';
  requireArgument('source', read, isSource, 'a function that returns a reading, such as the result of an adapter');
}

function sourceOf(
  name: string,
  read: ReadingSource<object>,
  intervalMs: number,
  { clock }: Context,
  parse: (reading: unknown) => Values,
): Source<unknown, Values> {
  const warn = (error: unknown) =>
    diag.warn(fitBefore('; its metrics are absent until it can be read')`application: ${name}: ${messageOf(error)}`);
  const load = () => {
    const reading: unknown = read();
    // A promise of another library, or one that throws, is waited for as any other.
    return isThenable(reading) ? new Promise((resolve, reject) => reading.then(resolve, reject)) : reading;
  };
  return new Source({ name, intervalMs, load, parse }, clock, warn);
}

/**
 * Takes all values from a reading at once, because the application may change the object later. Values that are no amounts
 * become NaN, which the engine drops and counts.
 *
 * @throws {TypeError} if the reading is not an object, and whatever its properties throw.
 */
function valuesOf(
  reading: unknown,
  name: string,
  metrics: readonly [string, ApplicationMetric][],
  nowUnixMs: number,
): Values {
  if (typeof reading !== 'object' || reading === null || Array.isArray(reading))
    throw new TypeError('the source returned no object with values');
  return new Map(
    metrics.map(([key, { nameKey, read }]) => {
      const values: [number, Readonly<Record<string, string | number>>][] = [];
      const observe: Observe = (value, attributes) => {
        if (value !== undefined)
          values.push([isAmount(value) ? value : Number.NaN, { [nameKey]: name, ...attributes }]);
      };
      read(reading as AnyReading, observe, nowUnixMs);
      return [key, values];
    }),
  );
}

function showAll(context: Context, metrics: Metrics, observed: ReadonlyMap<Kind, ReadonlyMap<string, Observed>>): void {
  const onCollection = (key: string, callback: Parameters<AnyObservable['addCallback']>[0]) =>
    observableOf(context, key).addCallback(callback);
  for (const [key, { kind }] of Object.entries(metrics)) {
    const things = observed.get(kind) as ReadonlyMap<string, Observed>;
    onCollection(key, (result) => {
      const waiting: Promise<void>[] = [];
      for (const [name, thing] of things) {
        const show = (values: Values | undefined) => {
          if (things.get(name) !== thing) return;
          for (const [value, attributes] of values?.get(key) ?? []) result.observe(value, attributes);
        };
        const values = thing.source.current();
        if (values instanceof Promise) waiting.push(values.then(show));
        else show(values);
      }
      return waiting.length > 0 ? Promise.all(waiting) : undefined;
    });
  }
  const onEach = (key: string, show: (counts: SourceCounts, observe: Observe) => void) =>
    onCollection(key, (result) => {
      for (const [kind, things] of observed)
        for (const [name, { source }] of things)
          show(source.counts, (value, more) => result.observe(value, { kind, name, ...more }));
    });
  onEach('busy', ({ busySeconds }, observe) => observe(busySeconds));
  onEach('failures', ({ failures }, observe) => {
    for (const failure of sourceFailures)
      if (failures[failure] > 0) observe(failures[failure], { 'error.type': failure });
  });
}
