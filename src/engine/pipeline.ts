/** What connects instruments to readers: the streams of every instrument, made again when views or readers change. */

import { diag } from '@opentelemetry/api';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Metric } from '../catalogue/catalogue.js';
import type { Clock } from '../model/clock.js';
import { aggregationTypes, defaultCardinalityLimit } from '../model/instrument.js';
import type { MetricStream, Scope } from '../model/points.js';
import type { Admission } from './admission/admission.js';
import { declaredAdmission } from './admission/declared.js';
import { openAdmission } from './admission/undeclared.js';
import { type Aggregation, aggregationFor } from './aggregation.js';
import { ExemplarSampling } from './exemplars.js';
import type { InstrumentCore, InstrumentDescription } from './instrument-core.js';
import type { Memory } from './memory.js';
import { Callbacks } from './observables.js';
import type { ReaderState } from './reader-state.js';
import { noRejections, type Reject, type RejectionCounts } from './rejections.js';
import { Stream } from './stream.js';
import { planStreams, processAll, type StreamPlan } from './views.js';

/** An instrument and the definition that it was created from. */
export interface PlannedInstrument {
  readonly core: InstrumentCore;
  /** `undefined` for an instrument of the plain OpenTelemetry API. */
  readonly definition: Metric | undefined;
}

/** An instrument with its streams. */
interface Planned {
  readonly scope: Scope;
  readonly made: PlannedInstrument;
  readonly reject: Reject;
  /** By what tells whether a stream can stay when views or readers change. */
  streams: ReadonlyMap<string, Stream>;
}

/** Aggregation where there is no reader yet: what most of them want. */
const noPreference = { type: aggregationTypes.default };

/** All streams of a provider. */
export class Pipeline {
  readonly callbacks = new Callbacks();
  readonly rejections: RejectionCounts = noRejections();
  readonly #memory: Memory;
  readonly clock: Clock;
  readonly exemplars: ExemplarSampling;
  readonly #planned: Planned[] = [];
  #views: readonly ViewOptions[] = [];
  #readers: readonly ReaderState[] = [];
  /** Whether anything is recorded: also before there are readers, but not where it is known that there will be none. */
  #open: boolean;

  /** @param open whether to record before there are readers. */
  constructor(memory: Memory, clock: Clock, open: boolean) {
    this.#memory = memory;
    this.clock = clock;
    this.exemplars = new ExemplarSampling('trace_based', clock);
    this.#open = open;
  }

  /** Makes the streams of a new instrument. */
  plan(scope: Scope, made: PlannedInstrument, reject: Reject): void {
    const planned: Planned = { scope, made, reject, streams: new Map() };
    this.#planned.push(planned);
    this.#connect(planned);
  }

  /** Records for these readers from now on, as these views say. What was recorded stays where its stream does. */
  reconnect(views: readonly ViewOptions[], readers: readonly ReaderState[]): void {
    this.#views = views;
    this.#readers = readers;
    this.#open = readers.length > 0;
    for (const planned of this.#planned) this.#connect(planned);
  }

  /** Streams that a reader is shown, in the order that their instruments were made in. */
  streamsOf(reader: ReaderState): Stream[] {
    return this.#planned.flatMap(({ streams }) => [...streams.values()].filter((stream) => stream.readers.has(reader)));
  }

  /** Every stream that is read at collection. */
  observedStreams(): Stream[] {
    return this.#planned.flatMap(({ made, streams }) =>
      made.core.description.kind.startsWith('observable') ? [...streams.values()] : [],
    );
  }

  /** Wakes, expires and ends series. */
  maintain(nowUnixMs: number): void {
    for (const { made, streams } of this.#planned) {
      for (const stream of streams.values()) stream.maintain(nowUnixMs, made.core);
    }
  }

  /** Series in use and series allowed, by metric. */
  *budgets(): Generator<{ metric: string; used: number; limit: number }> {
    for (const { streams } of this.#planned) {
      for (const { descriptor, store } of streams.values()) {
        yield { metric: descriptor.name, used: store.size, limit: store.options.limit };
      }
    }
  }

  #connect(planned: Planned): void {
    const { core, definition } = planned.made;
    const streams = new Map<string, Stream>();
    const { kind } = core.description;
    // A counter never falls, whatever a view makes of it.
    let smallest = kind === 'counter' || kind === 'observableCounter' ? 0 : Number.NEGATIVE_INFINITY;
    for (const plan of this.#open ? planStreams(core.description, planned.scope, definition, this.#views) : []) {
      for (const { aggregation, readers } of this.#aggregations(core.description, plan)) {
        const identity = identityOf(plan, aggregation);
        const stream = planned.streams.get(identity) ?? this.#createStream(planned, plan, aggregation, readers);
        stream.show(readers);
        streams.set(identity, stream);
        if (!aggregation.negative) smallest = 0;
      }
    }
    const before = [...planned.streams].filter(([identity]) => !streams.has(identity));
    const added = [...streams].filter(([identity]) => !planned.streams.has(identity));
    planned.streams = streams;
    core.setStreams([...streams.values()], smallest);
    // What was recorded before a view or a reader came is theirs, as far as they aggregate it in the same way.
    for (const [, stream] of added) {
      for (const [, other] of before) if (isAlike(stream, other)) stream.absorb(other);
    }
    for (const [, stream] of before) stream.release();
  }

  /** The aggregations of a stream, and for each the readers that want it; several when readers differ. */
  #aggregations({ kind, advisedBoundaries }: InstrumentDescription, plan: StreamPlan) {
    const groups = new Map<string, { aggregation: Aggregation; readers: ReaderState[] }>();
    for (const reader of this.#readers.length === 0 ? [undefined] : this.#readers) {
      const option = plan.aggregation ?? reader?.aggregation(kind) ?? noPreference;
      const aggregation = aggregationFor(kind, option, advisedBoundaries);
      if (aggregation === undefined) continue;
      const group = groups.get(aggregation.identity) ?? { aggregation, readers: [] };
      groups.set(aggregation.identity, group);
      if (reader !== undefined) group.readers.push(reader);
    }
    return groups.values();
  }

  #createStream(planned: Planned, plan: StreamPlan, aggregation: Aggregation, readers: readonly ReaderState[]): Stream {
    const { scope, made, reject } = planned;
    const { kind, unit, valueType } = made.core.description;
    const { name, description } = plan;
    const { points, sum } = aggregation;
    const monotonic = kind === 'counter' || kind === 'observableCounter' || kind === 'histogram';
    const told = { shape: made.definition?.shape, detail: detailOf(plan, kind, sum, made.definition) };
    const priority = made.definition?.priority === 'low' ? 'low' : undefined;
    const shown = { name, description, unit, kind, scope, points, sum, monotonic, valueType };
    const descriptor: MetricStream = { ...shown, ...told, priority };
    const exemplars = kind.startsWith('observable') ? undefined : this.exemplars;
    const limits = readers.map((reader) => reader.cardinalityLimit(kind) ?? defaultCardinalityLimit);
    const stream: Stream = new Stream({
      descriptor,
      observed: kind.startsWith('observable'),
      onForgotten: (series) => stream.forgetOne(series),
      aggregation: aggregation.identity,
      memory: this.#memory,
      admission: admissionOf(plan, reject),
      limit: asLimit(plan.cardinalityLimit ?? (limits.length === 0 ? defaultCardinalityLimit : Math.max(...limits))),
      expireAfterMs: plan.expireAfterMs,
      reject,
      exemplars,
      createSeries: (attributes) => {
        const series = aggregation.createSeries(attributes, this.clock.nowUnixMs(), this.#memory);
        series.exemplars = exemplars?.slotsFor(series);
        return series;
      },
      onOverflow: (blame) =>
        diag.warn(
          `${name}: all of its series are in use; new attribute sets are counted together in one.` +
            (blame === undefined ? '' : ` The attribute '${blame.key}' has ${blame.values} values.`),
        ),
    });
    return stream;
  }
}

/** Declared types first, then what views make of the attributes. */
function admissionOf({ attributes, processors }: StreamPlan, reject: Reject): Admission {
  const process = processAll(processors);
  if (attributes === undefined) return openAdmission(process);
  const declared = declaredAdmission(attributes);
  if (process === undefined) return declared;
  const open = openAdmission((given) => {
    const admitted = declared.admit(given, reject);
    declared.keep(admitted);
    return process(admitted);
  });
  return { ...open, mayBeError: declared.mayBeError, isError: declared.isError };
}

/** Whether one stream can take over what another one holds. */
function isAlike(one: Stream, other: Stream): boolean {
  return one.aggregation === other.aggregation;
}

/** What must be the same for a stream to stay when views or readers change; views' processors are told by themselves. */
function identityOf(
  { name, description, processors, cardinalityLimit }: StreamPlan,
  { identity }: Aggregation,
): string {
  return JSON.stringify([name, description, processors.map(numberOf), cardinalityLimit, identity]);
}

const numbers = new WeakMap<object, number>();
let nextNumber = 0;

/** A number for each processor, the same whenever it is met. */
function numberOf(processor: object): number {
  let number = numbers.get(processor);
  if (number === undefined) {
    number = nextNumber++;
    numbers.set(processor, number);
  }
  return number;
}

function asLimit(limit: number): number {
  return limit >= 1 ? Math.floor(limit) : defaultCardinalityLimit;
}

/** Open attributes of sums whose series stay: a total of series that end would fall. */
function detailOf(
  plan: StreamPlan,
  kind: MetricStream['kind'],
  sum: boolean,
  definition: PlannedInstrument['definition'],
) {
  if (definition === undefined || !sum || plan.expireAfterMs !== undefined || kind.startsWith('observable'))
    return undefined;
  return Object.entries(definition.attributes).flatMap(([key, { kind: type, min }]) =>
    type === 'text' || (type === 'integer' && min === undefined) ? [key] : [],
  );
}
