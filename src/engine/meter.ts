/** A meter: instruments by name, each made once, conflicts resolved as OpenTelemetry specifies. */
import {
  type BatchObservableCallback,
  diag,
  type Meter,
  type MetricOptions,
  type Observable,
  ValueType,
} from '@opentelemetry/api';
import type { InstrumentKind } from '../model/instrument.js';
import type { Scope } from '../model/points.js';
import { definitionOf } from './definition.js';
import { InstrumentCore, type InstrumentDescription } from './instrument-core.js';
import { EngineCounter, EngineGauge, EngineHistogram, EngineUpDownCounter } from './instruments.js';
import { EngineObservable } from './observables.js';
import type { Pipeline, PlannedInstrument } from './pipeline.js';
import { rejectionsOf } from './rejections.js';
import { readOption, textOf } from './safe-read.js';

/** An instrument and what it was made from. */
export interface MadeInstrument extends PlannedInstrument {
  readonly instrument: EngineCounter | EngineUpDownCounter | EngineGauge | EngineHistogram | EngineObservable;
}

/** OpenTelemetry metrics API, instrument name syntax. */
const validName = /^[a-z][a-z0-9_.\-/]{0,254}$/i;

/** Instruments of one scope. */
export class EngineMeter implements Meter {
  readonly scope: Scope;
  /** By name in lower case; several where kinds or units conflict. */
  readonly made = new Map<string, MadeInstrument[]>();
  readonly #pipeline: Pipeline;

  constructor(scope: Scope, pipeline: Pipeline) {
    this.scope = scope;
    this.#pipeline = pipeline;
  }

  createCounter(name: string, options?: MetricOptions): EngineCounter {
    return this.#make('counter', name, options, (core) => new EngineCounter(core));
  }

  createUpDownCounter(name: string, options?: MetricOptions): EngineUpDownCounter {
    return this.#make('upDownCounter', name, options, (core) => new EngineUpDownCounter(core));
  }

  createGauge(name: string, options?: MetricOptions): EngineGauge {
    return this.#make('gauge', name, options, (core) => new EngineGauge(core));
  }

  createHistogram(name: string, options?: MetricOptions): EngineHistogram {
    return this.#make('histogram', name, options, (core) => new EngineHistogram(core));
  }

  createObservableCounter(name: string, options?: MetricOptions): EngineObservable {
    return this.#makeObservable('observableCounter', name, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): EngineObservable {
    return this.#makeObservable('observableUpDownCounter', name, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): EngineObservable {
    return this.#makeObservable('observableGauge', name, options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#pipeline.callbacks.addBatch(callback, observables);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#pipeline.callbacks.removeBatch(callback, observables);
  }

  #makeObservable(kind: InstrumentKind, name: string, options: MetricOptions | undefined): EngineObservable {
    const { callbacks } = this.#pipeline;
    return this.#make(kind, name, options, (core, reject) => new EngineObservable(core, reject, callbacks));
  }

  #make<I extends MadeInstrument['instrument']>(
    kind: InstrumentKind,
    givenName: string,
    options: MetricOptions | undefined,
    make: (core: InstrumentCore, reject: ReturnType<typeof rejectionsOf>) => I,
  ): I {
    const description = describe(kind, givenName, options);
    const { name } = description;
    const others = this.made.get(name.toLowerCase()) ?? [];
    const same = others.find(({ core }) => isSame(core.description, description));
    if (same !== undefined) {
      this.#warnOfDifference(same.core.description, description);
      return same.instrument as I;
    }
    if (!validName.test(name))
      diag.warn(`'${name}' is no valid instrument name: a letter, then letters, digits, _ . - or /`);
    if (others.length > 0) {
      diag.warn(
        `${name} is made again with another kind or unit; both are exported under one name. Give one another name.`,
      );
    }
    const reject = rejectionsOf(name, this.#pipeline.rejections, (message) => diag.warn(message));
    const core = new InstrumentCore(description, reject, this.#pipeline.clock);
    const definition = definitionOf(options);
    const instrument = make(core, reject);
    const made = { core, definition, instrument };
    this.made.set(name.toLowerCase(), [...others, made]);
    this.#pipeline.plan(this.scope, made, reject);
    return instrument;
  }

  #warnOfDifference(first: InstrumentDescription, second: InstrumentDescription): void {
    if (first.description !== second.description && second.description !== '') {
      diag.warn(`${first.name} is made again with another description; the first one is kept.`);
    }
    if (second.advisedBoundaries !== undefined && first.advisedBoundaries?.join() !== second.advisedBoundaries.join()) {
      diag.warn(`${first.name} is made again with other advised boundaries; the first ones are kept.`);
    }
  }
}

/** The description of an instrument; what cannot be read of its options is as if it were not there. */
function describe(kind: InstrumentKind, givenName: unknown, options: MetricOptions | undefined): InstrumentDescription {
  const name = textOf(givenName);
  const option = <K extends keyof MetricOptions>(key: K) => readOption(options, key);
  const advised = kind === 'histogram' ? readOption(option('advice'), 'explicitBucketBoundaries') : undefined;
  const valid =
    Array.isArray(advised) &&
    advised.every((bound, index) => Number.isFinite(bound) && bound > (advised[index - 1] ?? Number.NEGATIVE_INFINITY));
  if (advised !== undefined && !valid)
    diag.warn(`${name}: the advised boundaries are no ascending numbers, and are ignored.`);
  return {
    name,
    kind,
    description: textOf(option('description') ?? ''),
    unit: textOf(option('unit') ?? ''),
    valueType: option('valueType') === ValueType.INT ? 0 : 1,
    advisedBoundaries: valid ? advised : undefined,
  };
}

function isSame(one: InstrumentDescription, other: InstrumentDescription): boolean {
  return one.kind === other.kind && one.unit === other.unit && one.valueType === other.valueType;
}
