/** State of one reader in the engine: its preferences, and which of its collections were accepted. */
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from '../model/instrument.js';
import { aggregationOptionOf } from '../model/legacy-aggregation.js';
import type { AggregationOption, IMetricReader } from '../model/otel-sdk.js';

/** ReaderState holds what the engine knows about one reader. */
export class ReaderState {
  /** Index in lists that have one entry per reader. */
  readonly index: number;
  readonly reader: IMetricReader;
  /** True if the reader is shown the series that start at 0 before they are recorded. */
  readonly startsAtZero: boolean;
  /** Number of the current walk, or of the last one. */
  epoch = 0;
  /** First and last walk of the latest unbroken run of accepted walks. */
  #acceptedFrom = 0;
  #acceptedTo = 0;
  /** Time of the last accepted walk. Delta points start at it. */
  acceptedUnixMs = 0;
  walkedUnixMs = 0;
  /** True if the reader asks for undelivered recordings: otherwise walks compute no marks. */
  readonly hasMarks: boolean;
  /** Marks of the streams in the current walk, and in the last accepted walk. */
  readonly #walked = new Map<object, number>();
  #delivered: ReadonlyMap<object, number> = new Map();

  constructor(index: number, reader: IMetricReader, startsAtZero = reader.startsAtZero === true) {
    this.index = index;
    this.reader = reader;
    this.startsAtZero = startsAtZero;
    this.hasMarks = 'undelivered' in reader;
  }

  /** True if the reader takes instruments of a kind with delta temporality. */
  isDelta(kind: InstrumentKind): boolean {
    return this.reader.selectAggregationTemporality(instrumentTypes[kind]) === aggregationTemporalities.delta;
  }

  aggregation(kind: InstrumentKind): AggregationOption {
    const type = instrumentTypes[kind];
    return aggregationOptionOf(this.reader.selectAggregation(type), type);
  }

  cardinalityLimit(kind: InstrumentKind): number | undefined {
    return this.reader.selectCardinalityLimit?.(instrumentTypes[kind]);
  }

  /** Starts a walk and returns its number. */
  beginWalk(nowUnixMs: number): number {
    this.walkedUnixMs = nowUnixMs;
    return ++this.epoch;
  }

  /**
   * True if a walk and all walks after it were accepted. A later walk that skipped a series leaves the windows of that
   * series unchanged, so acceptance of the later walk covers the earlier one.
   */
  hasAccepted(epoch: number): boolean {
    return epoch >= this.#acceptedFrom && epoch <= this.#acceptedTo;
  }

  accept(epoch: number): void {
    // An acknowledgement that arrives after a later walk started does not cover the later walk.
    if (epoch !== this.epoch) return;
    if (epoch !== this.#acceptedTo + 1) this.#acceptedFrom = epoch;
    this.#acceptedTo = epoch;
    this.acceptedUnixMs = this.walkedUnixMs;
    this.#delivered = new Map(this.#walked);
  }

  /** Forgets the marks of an earlier round of visits. */
  clearMarks(): void {
    this.#walked.clear();
  }

  /** Adds the mark of visited series of a stream. */
  addMark(stream: object, mark: number): void {
    this.#walked.set(stream, ((this.#walked.get(stream) ?? 0) + mark) | 0);
  }

  /** Returns the mark of a stream in the last accepted walk; 0 without a recording before it. */
  deliveredMark(stream: object): number {
    return this.#delivered.get(stream) ?? 0;
  }
}
