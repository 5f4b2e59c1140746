/** What the engine keeps of one reader: how it wants its points, and how far it has accepted them. */
import type { AggregationOption, IMetricReader } from '@opentelemetry/sdk-metrics';
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from '../model/instrument.js';

/** One reader. */
export class ReaderState {
  /** Its place in lists that have one for each reader. */
  readonly index: number;
  readonly reader: IMetricReader;
  /** Number of the walk that is under way, or was last. */
  epoch = 0;
  /** Walks that were accepted one after another, the last ones: from the first to the last. */
  #acceptedFrom = 0;
  #acceptedTo = 0;
  /** When the last of them was made; delta points begin there. */
  acceptedUnixMs = 0;
  walkedUnixMs = 0;

  constructor(index: number, reader: IMetricReader) {
    this.index = index;
    this.reader = reader;
  }

  /** Whether it wants the points of a kind counted from its last collection. */
  isDelta(kind: InstrumentKind): boolean {
    return this.reader.selectAggregationTemporality(instrumentTypes[kind]) === aggregationTemporalities.delta;
  }

  aggregation(kind: InstrumentKind): AggregationOption {
    return this.reader.selectAggregation(instrumentTypes[kind]);
  }

  cardinalityLimit(kind: InstrumentKind): number | undefined {
    return this.reader.selectCardinalityLimit?.(instrumentTypes[kind]);
  }

  /** Begins a walk, and returns its number. */
  beginWalk(nowUnixMs: number): number {
    this.walkedUnixMs = nowUnixMs;
    return ++this.epoch;
  }

  /** Whether a walk was accepted, and none after it that was not: a series that a later one passed over has its windows still. */
  hasAccepted(epoch: number): boolean {
    return epoch >= this.#acceptedFrom && epoch <= this.#acceptedTo;
  }

  accept(epoch: number): void {
    // An answer that comes after a later walk began says nothing about that one.
    if (epoch !== this.epoch) return;
    if (epoch !== this.#acceptedTo + 1) this.#acceptedFrom = epoch;
    this.#acceptedTo = epoch;
    this.acceptedUnixMs = this.walkedUnixMs;
  }
}
