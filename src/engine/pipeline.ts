/** Pipeline: connects instruments to readers through streams, which it replans when views or readers change. */

import type { Metric } from '../catalogue/catalogue.js';
import { zeroSeriesOf } from '../catalogue/zero-series.js';
import { fitBefore } from '../errors/fit.js';
import type { Clock } from '../model/clock.js';
import { stockBoundaries } from '../model/default-boundaries.js';
import { diag } from '../model/diag.js';
import {
  aggregationTypes,
  defaultCardinalityLimit,
  type InstrumentKind,
  isCounter,
  isMonotonic,
  isObservable,
  selfScope,
} from '../model/instrument.js';
import type { ViewOptions } from '../model/otel-sdk.js';
import type { MetricStream, Scope } from '../model/points.js';
import type { WidestAttribute } from './admission/admission.js';
import { admissionOf } from './admission/of-stream.js';
import { type Aggregation, aggregationFor } from './aggregation.js';
import type { Budget } from './budget.js';
import { CreationCheck } from './creation-limits.js';
import { countDetachedCalls } from './detached-calls.js';
import { ExemplarSampling } from './exemplars.js';
import type { InstrumentCore, InstrumentDescription } from './instrument-core.js';
import type { Memory } from './memory.js';
import { labelOf, quoted } from './message-labels.js';
import { Callbacks } from './observables.js';
import type { ReaderState } from './reader-state.js';
import { noRejections, type Reject, type RejectionLog } from './rejections.js';
import { Stream } from './stream.js';
import { planStreams, type StreamPlan } from './views.js';

/** Instrument and the definition that it was created from. */
export interface PlannedInstrument {
  readonly core: InstrumentCore;
  /** `undefined` for an instrument of the plain OpenTelemetry API. */
  readonly definition: Metric | undefined;
}

/** Instrument with its streams. */
interface Planned {
  readonly scope: Scope;
  readonly instrument: PlannedInstrument;
  readonly reject: Reject;
  /** By identity: a stream whose identity stays the same is kept when views or readers change. */
  streams: ReadonlyMap<string, Stream>;
  /** True from the end of its start until its catalogue is declared again; readers then see it only with recordings. */
  ended: boolean;
}

/** Receives the scope and the name of an instrument. */
export type InstrumentListener = (scope: Scope, name: string) => void;

/** Returns the default boundaries of histograms of a unit. */
export type DefaultBoundaries = (unit: string) => readonly number[];

/** Aggregation option before a reader is connected. */
const noPreference = { type: aggregationTypes.default };

/** Pipeline holds all streams of a provider. */
export class Pipeline {
  readonly callbacks = new Callbacks();
  readonly rejections: RejectionLog = { counts: noRejections(), exportedAs: undefined };
  readonly creation = new CreationCheck(this.rejections);
  readonly #memory: Memory;
  readonly #boundaries: DefaultBoundaries;
  readonly clock: Clock;
  readonly exemplars: ExemplarSampling;
  readonly #planned: Planned[] = [];
  readonly #listeners = new Set<InstrumentListener>();
  #views: readonly ViewOptions[] = [];
  #readers: readonly ReaderState[] = [];
  /** True after a shutdown: measurements are counted as lost. Read by `reconnect`. */
  ended = false;
  /** True if measurements are recorded: before the first `reconnect` as constructed, afterwards if there are readers. */
  #recording: boolean;

  /** @param recording true to record before readers are connected. */
  constructor(memory: Memory, clock: Clock, recording: boolean, boundaries: DefaultBoundaries = () => stockBoundaries) {
    this.#memory = memory;
    this.#boundaries = boundaries;
    this.clock = clock;
    this.exemplars = new ExemplarSampling('trace_based', clock);
    this.#recording = recording;
    countDetachedCalls(this.rejections);
  }

  /** Reports whether one more instrument may be planned. */
  admits({ name: scope }: Scope): boolean {
    const names = () => this.#planned.map(({ instrument }) => instrument.core.description.name);
    return this.creation.admits('instruments', scope, this.#planned.length, names);
  }

  /** Creates the streams of a new instrument. */
  plan(scope: Scope, instrument: PlannedInstrument, reject: Reject): void {
    const planned: Planned = { scope, instrument, reject, streams: new Map(), ended: false };
    this.#planned.push(planned);
    this.#connect(planned);
    for (const listener of this.#listeners) listener(scope, instrument.core.description.name);
  }

  /** Calls a listener for every instrument, existing and new ones. Returns a function that stops. */
  watchInstruments(listener: InstrumentListener): () => void {
    this.#listeners.add(listener);
    for (const { scope, instrument } of this.#planned) listener(scope, instrument.core.description.name);
    return () => this.#listeners.delete(listener);
  }

  /** Replaces views and readers. Streams that stay the same keep their series. */
  reconnect(views: readonly ViewOptions[], readers: readonly ReaderState[]): void {
    this.#views = views;
    this.#readers = readers;
    this.#recording = readers.length > 0;
    for (const planned of this.#planned) this.#connect(planned);
  }

  /** Sets `Planned.ended` of the instruments that `belongs` selects by their scope and the name of their definition. */
  setEnded(ended: boolean, belongs: (scope: Scope, name: string | undefined) => boolean): void {
    for (const planned of this.#planned) {
      const { scope, instrument } = planned;
      if (belongs(scope, instrument.definition?.name)) planned.ended = ended;
    }
  }

  /**
   * Drops all series, and sets the counts of rejections to 0, as if nothing had been recorded. Instruments, bound handles
   * and callbacks continue with new series.
   */
  reset(): void {
    for (const planned of this.#planned) this.#dropSeries(planned);
    Object.assign(this.rejections.counts, noRejections());
  }

  /** Drops all series of the instruments with a definition of one of these names. */
  drop(names: ReadonlySet<string | undefined>): void {
    for (const planned of this.#planned) {
      if (names.has(planned.instrument.definition?.name)) this.#dropSeries(planned);
    }
  }

  #dropSeries(planned: Planned): void {
    const { streams } = planned;
    planned.streams = new Map();
    this.#connect(planned);
    for (const stream of streams.values()) stream.release();
  }

  /** Returns the streams of a reader, in the order in which their instruments were created. */
  streamsOf(reader: ReaderState): Stream[] {
    const found: Stream[] = [];
    for (const planned of this.#planned)
      for (const stream of planned.streams.values())
        if (stream.readers.has(reader) && isShown(planned, stream.store)) found.push(stream);
    return found;
  }

  /** Returns the streams of all observable instruments. */
  observedStreams(): Stream[] {
    return this.#planned.flatMap(({ instrument, streams }) =>
      isObservable(instrument.core.description.kind) ? [...streams.values()] : [],
    );
  }

  /** Activates parked series, and removes expired and delivered ones. */
  maintain(nowUnixMs: number): void {
    for (const { instrument, streams } of this.#planned) {
      instrument.core.sweepBound();
      for (const stream of streams.values()) stream.maintain(nowUnixMs, instrument.core);
    }
  }

  /** Yields the budget of every metric. */
  *budgets(): Generator<Budget> {
    for (const planned of this.#planned) {
      for (const { descriptor, store } of planned.streams.values()) {
        if (!isShown(planned, store)) continue;
        const { size: used, options } = store;
        yield { metric: descriptor.name, used, limit: options.limit, widest: () => options.admission.widest() };
      }
    }
  }

  #connect(planned: Planned): void {
    const { core, definition } = planned.instrument;
    const streams = new Map<string, Stream>();
    const { kind } = core.description;
    // A counter drops negative values under any view.
    let smallest = isCounter(kind) ? 0 : Number.NEGATIVE_INFINITY;
    for (const plan of this.#recording ? planStreams(core.description, planned.scope, definition, this.#views) : []) {
      for (const { aggregation, readers } of this.#aggregations(core.description, plan)) {
        const identity = identityOf(plan, aggregation);
        const stream = planned.streams.get(identity) ?? this.#createStream(planned, plan, aggregation, readers);
        stream.show(readers);
        streams.set(identity, stream);
        if (!aggregation.acceptsNegative) smallest = 0;
      }
    }
    const removed = [...planned.streams].filter(([identity]) => !streams.has(identity));
    const added = [...streams].filter(([identity]) => !planned.streams.has(identity));
    planned.streams = streams;
    core.setStreams([...streams.values()], smallest, this.ended && planned.scope.name !== selfScope);
    // A new stream takes over earlier measurements if its aggregation is the same.
    for (const [, stream] of added) {
      for (const [, other] of removed) if (stream.aggregation === other.aggregation) stream.absorb(other);
    }
    for (const [, stream] of removed) stream.release();
  }

  /** Returns the aggregations that the readers select for a stream, each with its readers. */
  #aggregations({ kind, unit, advisedBoundaries }: InstrumentDescription, plan: StreamPlan) {
    const boundaries = advisedBoundaries ?? this.#boundaries(unit);
    const groups = new Map<string, { aggregation: Aggregation; readers: ReaderState[] }>();
    for (const reader of this.#readers.length === 0 ? [undefined] : this.#readers) {
      const option = plan.aggregation ?? reader?.aggregation(kind) ?? noPreference;
      const aggregation = aggregationFor(kind, option, boundaries);
      if (aggregation === undefined) continue;
      const group = groups.get(aggregation.identity) ?? { aggregation, readers: [] };
      groups.set(aggregation.identity, group);
      if (reader !== undefined) group.readers.push(reader);
    }
    return groups.values();
  }

  #createStream(planned: Planned, plan: StreamPlan, aggregation: Aggregation, readers: readonly ReaderState[]): Stream {
    const { scope, instrument, reject } = planned;
    const { definition } = instrument;
    const { kind, unit, valueType } = instrument.core.description;
    const { name, description } = plan;
    const { points, sum } = aggregation;
    const descriptor: MetricStream = {
      name,
      ...(name === instrument.core.description.name ? {} : { instrument: instrument.core.description.name }),
      description,
      unit,
      kind,
      scope,
      points,
      sum,
      monotonic: isMonotonic(kind),
      valueType,
      shape: definition?.shape,
      detail: detailOf(plan, kind, sum, definition),
      priority: definition?.priority === 'low' ? 'low' : undefined,
    };
    const exemplars = isObservable(kind) ? undefined : this.exemplars;
    const limit = limitOf(plan, kind, readers);
    const stream: Stream = new Stream({
      descriptor,
      observed: isObservable(kind),
      overflows: sum,
      onEvicted: (series) => stream.forgetOne(series),
      aggregation: aggregation.identity,
      memory: this.#memory,
      admission: admissionOf(plan, reject),
      limit,
      expireAfterMs: plan.expireAfterMs,
      reject,
      exemplars,
      createSeries: (attributes) => {
        const series = aggregation.createSeries(attributes, this.clock.nowUnixMs(), this.#memory);
        series.exemplars = exemplars?.slotsFor(series);
        return series;
      },
      onOverflow: (widest) => diag.warn(overflowMessage(labelOf({ ...definition, kind, name }), limit, widest, sum)),
    });
    if (sum && definition !== undefined) for (const set of zeroSeriesOf(definition)) stream.store.addZero(set);
    return stream;
  }
}

/** Reports whether readers see a stream. */
function isShown({ ended }: Planned, store: Stream['store']): boolean {
  return !ended || store.list.length > 0;
}

/** Builds a message that names the attribute with the most values. */
function overflowMessage(label: string, limit: number, widest: WidestAttribute | undefined, shared: boolean): string {
  const cause = widest === undefined ? '' : `: attribute ${quoted(widest.key)} has ${widest.values} values`;
  const [fate, brief] = shared
    ? (['new attribute sets share one overflow series', 'new sets overflow'] as const)
    : (['measurements of new attribute sets are dropped', 'new sets are dropped'] as const);
  const endWith = (consequence: string) => `; ${consequence}; record fewer values or raise cardinalityLimit`;
  const say = fitBefore(endWith(fate), endWith(brief));
  return say`${label}: cardinality limit of ${limit} series reached${cause}`;
}

/** Returns the parts of a plan that keep a stream when views or readers change. Processors are compared by identity. */
function identityOf(
  { name, description, processors, cardinalityLimit }: StreamPlan,
  { identity }: Aggregation,
): string {
  return JSON.stringify([name, description, processors.map(numberOf), cardinalityLimit, identity]);
}

const numbers = new WeakMap<object, number>();
let nextNumber = 0;

/** Returns a number that identifies a processor for the life of the process. */
function numberOf(processor: object): number {
  let number = numbers.get(processor);
  if (number === undefined) {
    number = nextNumber++;
    numbers.set(processor, number);
  }
  return number;
}

/** Returns the limit of the plan, else the highest limit of the readers. An invalid limit becomes the default. */
function limitOf({ cardinalityLimit }: StreamPlan, kind: InstrumentKind, readers: readonly ReaderState[]): number {
  const limits = readers.map((reader) => reader.cardinalityLimit(kind) ?? defaultCardinalityLimit);
  const limit = cardinalityLimit ?? (limits.length === 0 ? defaultCardinalityLimit : Math.max(...limits));
  return limit >= 1 ? Math.floor(limit) : defaultCardinalityLimit;
}

/** Returns the keys with an open set of values, for sums whose series never expire: merged sums must not decrease. */
function detailOf(plan: StreamPlan, kind: InstrumentKind, sum: boolean, definition: PlannedInstrument['definition']) {
  if (definition === undefined || !sum || plan.expireAfterMs !== undefined || isObservable(kind)) return undefined;
  return Object.entries(definition.attributes).flatMap(([key, { kind: type, min }]) =>
    type === 'text' || (type === 'integer' && min === undefined) ? [key] : [],
  );
}
