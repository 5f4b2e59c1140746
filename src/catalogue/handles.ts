/**
 * Makes the handles of a catalogue from a source: an OpenTelemetry meter (`meter-source.ts`), nothing (`noopSource`),
 * or a stand-in that is connected to one of them later (`late-source.ts`).
 */
import { instrumentTypes, type ObservableInstrumentKind, type SyncInstrumentKind } from '../model/instrument.js';
import type { AttributeTypes } from './attributes.js';
import type { Catalogue, Definitions, Metric } from './catalogue.js';
import type { InstrumentsOf, ObserveCallback } from './instruments.js';

/** What every handle of a recording kind comes down to. */
export interface Recording {
  write(value: number, attributes?: unknown): void;
  bind(attributes?: unknown): (value: number) => void;
}

/** A callback of whatever metric. */
export type AnyCallback = ObserveCallback<AttributeTypes>;

/** What every handle of an observable kind comes down to. */
export interface Observing {
  addCallback(callback: AnyCallback): void;
  removeCallback(callback: AnyCallback): void;
}

/** Turns metrics into recordings: the same one whenever the same metric is asked for. */
export interface HandleSource {
  recording(metric: Metric, kind: SyncInstrumentKind): Recording;
  observing(metric: Metric, kind: ObservableInstrumentKind): Observing;
}

/** The verb that an instrument kind records with. */
const verbs: Record<SyncInstrumentKind, string> = {
  counter: 'add',
  upDownCounter: 'add',
  gauge: 'set',
  histogram: 'record',
};

/** The handles of a catalogue, under its keys. */
export function handlesFrom<D extends Definitions>(catalogue: Catalogue<D>, source: HandleSource): InstrumentsOf<D> {
  const handles = catalogue.metrics.map((metric) => [metric.key, handleOf(metric, source)]);
  return Object.freeze(Object.fromEntries(handles)) as InstrumentsOf<D>;
}

function handleOf(metric: Metric, source: HandleSource): unknown {
  if (isObservable(metric.kind)) {
    const { addCallback, removeCallback } = source.observing(metric, metric.kind);
    return Object.freeze({ addCallback, removeCallback });
  }
  const verb = verbs[metric.kind];
  const { write, bind } = source.recording(metric, metric.kind);
  return Object.freeze({
    [verb]: write,
    bind: (attributes?: unknown) => Object.freeze({ [verb]: bind(attributes) }),
  });
}

function isObservable(kind: keyof typeof instrumentTypes): kind is ObservableInstrumentKind {
  return instrumentTypes[kind].startsWith('OBSERVABLE_');
}

const doNothing = () => {};
const noopRecording: Recording = { write: doNothing, bind: () => doNothing };
const noopObserving: Observing = { addCallback: doNothing, removeCallback: doNothing };

/** Records nowhere, at the cost of an empty call. */
export const noopSource: HandleSource = { recording: () => noopRecording, observing: () => noopObserving };
