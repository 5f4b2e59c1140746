/**
 * A bounded buffer of events, first in, first out, allocated up front: numbers in one typed array, texts in one array.
 *
 * An event is copied in; the object that brought it belongs to its caller as before.
 */

import { ownCopy } from '../kit/bounded-names.js';
import { type AuditEvent, type AuditedEvent, at, flagFields, numberFields, textFields } from './event.js';

/** Longer texts are cut to this. */
const longestText = 256;

/** The buffer. One who writes and one who reads, on one thread. */
export class EventRing {
  readonly capacity: number;
  readonly #numbers: Float64Array;
  readonly #texts: string[];
  #first = 0;
  #length = 0;
  /** Fields of the event that is being copied in that are not what they should be. */
  #wrong = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#numbers = new Float64Array(capacity * at.numbers);
    this.#texts = new Array<string>(capacity * at.texts).fill('');
  }

  /** Events that wait. */
  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.capacity;
  }

  /**
   * Copies an event in behind the others; there must be room.
   *
   * @returns how many of its fields are not what they should be, and were left out.
   * @throws whatever reading the event throws; the event is not in the buffer then.
   */
  push(event: AuditEvent, timeUnixMs: number, offeredMs: number, weight: number): number {
    const slot = (this.#first + this.#length) % this.capacity;
    const numbers = slot * at.numbers;
    const texts = slot * at.texts;
    this.#wrong = 0;
    // Field by field, by name: a loop over names would look each of them up.
    this.#setNumber(numbers + at.latencyMs, event.latencyMs);
    this.#setNumber(numbers + at.firstByteMs, event.firstByteMs);
    this.#setNumber(numbers + at.proxyMs, event.proxyMs);
    this.#setNumber(numbers + at.inputTokens, event.inputTokens);
    this.#setNumber(numbers + at.outputTokens, event.outputTokens);
    this.#setNumber(numbers + at.totalTokens, event.totalTokens);
    this.#setNumber(numbers + at.costUsd, event.costUsd);
    this.#setFlag(numbers + at.cacheHit, event.cacheHit);
    this.#setFlag(numbers + at.streaming, event.streaming);
    this.#setText(texts + at.provider, event.provider);
    this.#setText(texts + at.model, event.model);
    this.#setText(texts + at.session, event.session);
    this.#setText(texts + at.user, event.user);
    this.#setText(texts + at.application, event.application);
    const { errorCode } = event;
    this.#setText(texts + at.errorCode, Number.isFinite(errorCode) ? String(errorCode) : errorCode);
    // Of all fields only this one must be there.
    if (event.provider === undefined) this.#wrong++;
    this.#numbers[numbers + at.timeUnixMs] = timeUnixMs;
    this.#numbers[numbers + at.offeredMs] = offeredMs;
    this.#numbers[numbers + at.weight] = weight;
    this.#length++;
    return this.#wrong;
  }

  /** A number of the first event; NaN when it has none. */
  number(column: number): number {
    return this.#numbers[this.#first * at.numbers + column] ?? Number.NaN;
  }

  /** A text of the first event; empty when it has none. */
  text(column: number): string {
    return this.#texts[this.#first * at.texts + column] ?? '';
  }

  /** The first event as an object of its own. */
  toObject(): AuditedEvent {
    const event: Record<string, unknown> = {};
    textFields.forEach((name, field) => {
      const text = this.text(field);
      if (text !== '') event[name] = text;
    });
    numberFields.forEach((name, field) => {
      const number = this.number(field);
      if (!Number.isNaN(number)) event[name] = number;
    });
    flagFields.forEach((name, field) => {
      const flag = this.number(at.cacheHit + field);
      if (!Number.isNaN(flag)) event[name] = flag === 1;
    });
    if (this.text(at.errorCode) !== '') event['errorCode'] = this.text(at.errorCode);
    const [timeUnixMs, weight] = [this.number(at.timeUnixMs), this.number(at.weight)];
    return { provider: '', ...event, timeUnixMs, weight };
  }

  /** Drops the first event, and what it held. */
  shift(): void {
    const texts = this.#first * at.texts;
    for (let field = 0; field < at.texts; field++) this.#texts[texts + field] = '';
    this.#first = (this.#first + 1) % this.capacity;
    this.#length--;
  }

  #setNumber(place: number, value: unknown): void {
    const good = typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
    this.#numbers[place] = good ? value : Number.NaN;
    if (!good && value !== undefined) this.#wrong++;
  }

  #setFlag(place: number, value: unknown): void {
    const good = typeof value === 'boolean';
    this.#numbers[place] = good ? Number(value) : Number.NaN;
    if (!good && value !== undefined) this.#wrong++;
  }

  #setText(place: number, value: unknown): void {
    const good = typeof value === 'string';
    this.#texts[place] = good ? shortened(value) : '';
    if (!good && value !== undefined) this.#wrong++;
  }
}

function shortened(text: string): string {
  return text.length > longestText ? ownCopy(text.slice(0, longestText)) : text;
}
