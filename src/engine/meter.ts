/** Meter: creates each instrument once, and resolves duplicate registrations as OpenTelemetry specifies. */
import type { BatchObservableCallback, Meter, MetricOptions, Observable } from '@opentelemetry/api';
import type { InstrumentKind } from '../model/instrument.js';
import type { Scope } from '../model/points.js';
import { compatibleRange } from '../version.js';
import { definitionOf } from './definition.js';
import { InstrumentCore } from './instrument-core.js';
import { EngineCounter, EngineGauge, EngineHistogram, EngineUpDownCounter } from './instruments.js';
import { type Callbacks, EngineObservable } from './observables.js';
import type { Pipeline, PlannedInstrument } from './pipeline.js';
import {
  checkName,
  describe,
  type IgnoredOption,
  isIdentical,
  warnOfConflict,
  warnOfIgnoredOptions,
  warnOfOtherDefinition,
} from './registration.js';
import { type Reject, reportsOf } from './rejections.js';

/** Instrument that a meter created, with its core and definition. */
export interface CreatedInstrument extends PlannedInstrument {
  /** Options that a repeated registration gave differently, and that were logged. */
  readonly warned: Set<IgnoredOption>;
  readonly instrument: EngineCounter | EngineUpDownCounter | EngineGauge | EngineHistogram | EngineObservable;
}

/** Marks meters of every copy of the package whose instruments work with handles of this copy. */
const meterMark = Symbol.for(`otelier.meter.${compatibleRange}`);

/** Reports whether a meter belongs to an engine of this package. Never by its class, which each copy has for itself. */
export function isEngineMeter(meter: Meter): boolean {
  return (meter as Partial<EngineMeter>)[meterMark] === true;
}

/** EngineMeter holds the instruments of one scope. */
export class EngineMeter implements Meter {
  readonly [meterMark] = true;
  readonly scope: Scope;
  /** By lower-case name; several per name if kinds or units conflict. */
  readonly #created = new Map<string, CreatedInstrument[]>();
  readonly #pipeline: Pipeline;
  readonly #recording: boolean;

  /** @param recording false for a scope beyond the limit: its instruments record nothing. */
  constructor(scope: Scope, pipeline: Pipeline, recording: boolean) {
    this.scope = scope;
    this.#pipeline = pipeline;
    this.#recording = recording;
  }

  createCounter(name: string, options?: MetricOptions): EngineCounter {
    return this.#create('counter', name, options, (core) => new EngineCounter(core));
  }

  createUpDownCounter(name: string, options?: MetricOptions): EngineUpDownCounter {
    return this.#create('upDownCounter', name, options, (core) => new EngineUpDownCounter(core));
  }

  createGauge(name: string, options?: MetricOptions): EngineGauge {
    return this.#create('gauge', name, options, (core) => new EngineGauge(core));
  }

  createHistogram(name: string, options?: MetricOptions): EngineHistogram {
    return this.#create('histogram', name, options, (core) => new EngineHistogram(core));
  }

  createObservableCounter(name: string, options?: MetricOptions): EngineObservable {
    return this.#createObservable('observableCounter', name, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): EngineObservable {
    return this.#createObservable('observableUpDownCounter', name, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): EngineObservable {
    return this.#createObservable('observableGauge', name, options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#pipeline.callbacks.addBatch(callback, observables);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#pipeline.callbacks.removeBatch(callback, observables);
  }

  #createObservable(kind: InstrumentKind, name: string, options: MetricOptions | undefined): EngineObservable {
    return this.#create(
      kind,
      name,
      options,
      (core, reject, callbacks) => new EngineObservable(core, reject, callbacks),
    );
  }

  #create<I extends CreatedInstrument['instrument']>(
    kind: InstrumentKind,
    givenName: string,
    options: MetricOptions | undefined,
    createInstrument: (core: InstrumentCore, reject: Reject, callbacks: Callbacks | undefined) => I,
  ): I {
    const description = describe(kind, givenName, options);
    const { name } = description;
    const sameName = this.#created.get(name.toLowerCase()) ?? [];
    const identical = sameName.find(({ core }) => isIdentical(core.description, description));
    if (identical !== undefined) {
      warnOfIgnoredOptions(identical.core.description, description, identical.warned);
      warnOfOtherDefinition(identical.definition, definitionOf(options), identical.warned);
      return identical.instrument as I;
    }
    const definition = definitionOf(options);
    const reports = reportsOf(description, this.#pipeline.rejections, definition?.attributes);
    const { reject } = reports;
    const core = new InstrumentCore(description, reports, this.#pipeline.clock);
    // An instrument that is not planned records nothing, and only the application refers to it.
    if (!this.#recording || !this.#pipeline.admits(this.scope)) return createInstrument(core, reject, undefined);
    checkName(description);
    const [first] = sameName;
    if (first !== undefined) warnOfConflict(first.core.description, description);
    const instrument = createInstrument(core, reject, this.#pipeline.callbacks);
    const created = { core, definition, instrument, warned: new Set<IgnoredOption>() };
    this.#created.set(name.toLowerCase(), [...sameName, created]);
    this.#pipeline.plan(this.scope, created, reject);
    return instrument;
  }
}
