/**
 * A bounded buffer of events, first in, first out, allocated up front: numbers in one typed array, texts in one array.
 *
 * An event is copied in; the object that brought it belongs to its caller as before.
 */
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
    let wrong = 0;
    for (let field = 0; field < numberFields.length; field++) {
      const value: unknown = event[numberFields[field]];
      const good = typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
      this.#numbers[numbers + field] = good ? value : Number.NaN;
      if (!good && value !== undefined) wrong++;
    }
    for (let field = 0; field < flagFields.length; field++) {
      const value: unknown = event[flagFields[field]];
      const good = typeof value === 'boolean';
      this.#numbers[numbers + at.cacheHit + field] = good ? Number(value) : Number.NaN;
      if (!good && value !== undefined) wrong++;
    }
    for (let field = 0; field < textFields.length; field++) {
      const value: unknown = event[textFields[field]];
      const good = typeof value === 'string';
      this.#texts[texts + field] = good ? shortened(value) : '';
      // Of all fields only the provider must be there.
      if (!good && (value !== undefined || field === at.provider)) wrong++;
    }
    const code: unknown = event.errorCode;
    const good = typeof code === 'string' || Number.isFinite(code);
    this.#texts[texts + at.errorCode] = good ? shortened(String(code)) : '';
    if (!good && code !== undefined) wrong++;
    this.#numbers[numbers + at.timeUnixMs] = timeUnixMs;
    this.#numbers[numbers + at.offeredMs] = offeredMs;
    this.#numbers[numbers + at.weight] = weight;
    this.#length++;
    return wrong;
  }

  /** A number of the first event; NaN when it has none. */
  number(column: number): number {
    return this.#numbers[this.#first * at.numbers + column];
  }

  /** A text of the first event; empty when it has none. */
  text(column: number): string {
    return this.#texts[this.#first * at.texts + column];
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
}

function shortened(text: string): string {
  return text.length > longestText ? text.slice(0, longestText) : text;
}
