/**
 * Calls that an instrument does not have: methods of other instruments and of other libraries, and what to call instead.
 *
 * No type declares them, and they are not enumerable: an editor does not offer them.
 */
import type { InstrumentKind } from '../model/instrument.js';

/** Kind of a metric, and its shape if it is an info metric or a state set. */
export interface Made {
  readonly kind: InstrumentKind;
  readonly shape?: 'info' | 'stateSet' | undefined;
}

/** Name of the function that makes the definition of a metric. */
export type Maker = InstrumentKind | NonNullable<Made['shape']>;

/** Returns the maker of a metric. */
export function makerOf({ kind, shape }: Made): Maker {
  return shape ?? kind;
}

const observing = 'addCallback((o) => o.observe(value, attributes))';

/** Call that passes a value to a metric of each maker. */
const recordCalls: Readonly<Record<Maker, string>> = {
  counter: 'add(value, attributes)',
  upDownCounter: 'add(value, attributes)',
  gauge: 'set(value, attributes)',
  histogram: 'record(value, attributes)',
  observableCounter: observing,
  observableUpDownCounter: observing,
  observableGauge: observing,
  info: 'set(attributes)',
  stateSet: 'set(state, attributes)',
};

/** Returns the call that takes a value, with its arguments in their order. */
export function valueCall(made: Made): string {
  const call = recordCalls[makerOf(made)];
  return call === observing ? 'observe(value, attributes)' : call;
}

/** Returns the replacement of a call, for the maker of the instrument that it was made on. */
type Replacement = (maker: Maker) => string;

const isSum = (maker: Maker) => maker === 'counter' || maker === 'upDownCounter';
const hasAttributes = (maker: Maker) => isSum(maker) || maker === 'gauge' || maker === 'histogram';

const record: Replacement = (maker) => recordCalls[maker];
const increase: Replacement = (maker) => {
  if (maker === 'gauge') return 'an upDownCounter and add(1, attributes)';
  return isSum(maker) ? 'add(1, attributes)' : record(maker);
};
const decrease: Replacement = (maker) => {
  if (maker === 'counter' || maker === 'gauge') return 'an upDownCounter and add(-1, attributes)';
  return isSum(maker) ? 'add(-1, attributes)' : record(maker);
};
const ofClock: Replacement = () => 'a gauge and setToCurrentTime(attributes)';
const ofTimer: Replacement = () => 'a histogram and startTimer(attributes)';
const bind: Replacement = (maker) => (hasAttributes(maker) ? 'bind(attributes)' : record(maker));
const remove: Replacement = (maker) => {
  if (maker === 'stateSet') return record(maker);
  return maker.startsWith('observable') ? 'a callback that omits the series' : 'remove(attributes)';
};
const read: Replacement = () => 'await metrics.exposition()';
/** Effect that a call has in the library that it is from. */
export type Effect = 'records' | 'records a value' | 'starts a timer' | 'times work' | 'binds' | 'changes';

/**
 * Calls by name: prom-client's, those of clients that follow StatsD and Micrometer, and methods of other instruments.
 *
 * Without `addCallback`, by which an application may tell observable instruments from others.
 */
export const otherCalls: Readonly<Record<string, readonly [effect: Effect, replacement: Replacement]>> = {
  inc: ['records', increase],
  increment: ['records', increase],
  dec: ['records', decrease],
  decrement: ['records', decrease],
  sub: ['records', decrease],
  add: ['records a value', record],
  record: ['records a value', record],
  observe: ['records', record],
  set: ['records a value', record],
  setToCurrentTime: ['records', ofClock],
  startTimer: ['starts a timer', ofTimer],
  time: ['times work', ofTimer],
  bind: ['binds', bind],
  labels: ['binds', bind],
  withLabels: ['binds', bind],
  remove: ['changes', remove],
  reset: ['changes', remove],
  zero: ['changes', remove],
  get: ['changes', read],
};

/** Marks methods of other instruments, for code that detects an instrument by its methods. */
const mark = Symbol.for('otelier.otherCall');

/** Adds a method of `otherCalls` to a prototype, not enumerable. */
export function defineOtherCall(target: object, name: string, method: (...args: never[]) => unknown): void {
  Object.defineProperty(method, mark, { value: true });
  Object.defineProperty(target, name, { value: method, configurable: true, writable: true });
}

/** Reports whether an instrument has a method, and not only an answer to calls of it. */
export function hasCall<K extends string>(instrument: object, name: K): instrument is { [N in K]: unknown } {
  const method: unknown = Reflect.get(instrument, name);
  return typeof method === 'function' && !(mark in method);
}

/** Returns what to use in place of a call of `otherCalls`: a call of the instrument, or another maker. */
export function replacementOf(name: string, made: Made): string {
  return otherCalls[name]?.[1](makerOf(made)) ?? recordCalls[makerOf(made)];
}
