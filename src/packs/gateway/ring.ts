/**
 * Bounded ring buffer of events, allocated once: numbers in one typed array, texts in one array.
 *
 * Events are copied; the event object remains the caller's.
 */
import { ownCopy } from '../kit/bounded-names.js';
import { isAmount, isCount } from '../kit/refusal.js';
import { type AuditEvent, type AuditedEvent, column, flagFields, numberFields, textFields } from './event.js';

/** Maximum length of a text; a longer text is truncated. */
const maxTextLength = 256;

/** EventRing is a first-in, first-out buffer with one writer and one reader on one thread. */
export class EventRing {
  readonly capacity: number;
  readonly #numbers: Float64Array;
  readonly #texts: string[];
  #first = 0;
  #length = 0;
  /** Invalid fields of the event that is being copied. */
  #invalid = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#numbers = new Float64Array(capacity * column.numberCount);
    this.#texts = new Array<string>(capacity * column.textCount).fill('');
  }

  /** Returns the number of events in the buffer. */
  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.capacity;
  }

  /**
   * Appends a copy of an event. The buffer must not be full.
   *
   * @returns the number of invalid fields, which are omitted from the copy.
   * @throws any error that reading the event throws; the event is not appended then.
   */
  push(event: AuditEvent, timeUnixMs: number, offeredMs: number, weight: number): number {
    const slot = (this.#first + this.#length) % this.capacity;
    const numbers = slot * column.numberCount;
    const texts = slot * column.textCount;
    this.#invalid = 0;
    // No loop over field names: it would need a dynamic property lookup for each field.
    const latencyMs = this.#setNumber(numbers + column.latencyMs, event.latencyMs);
    // Both are parts of the latency, if it is known.
    this.#setNumber(numbers + column.firstByteMs, event.firstByteMs, 0, latencyMs);
    this.#setNumber(numbers + column.proxyMs, event.proxyMs, 0, latencyMs);
    const inputTokens = this.#setCount(numbers + column.inputTokens, event.inputTokens);
    const outputTokens = this.#setCount(numbers + column.outputTokens, event.outputTokens);
    this.#setCount(numbers + column.totalTokens, event.totalTokens, (inputTokens ?? 0) + (outputTokens ?? 0));
    this.#setNumber(numbers + column.costUsd, event.costUsd);
    this.#setFlag(numbers + column.cacheHit, event.cacheHit);
    this.#setFlag(numbers + column.streaming, event.streaming);
    this.#setText(texts + column.provider, event.provider);
    this.#setText(texts + column.model, event.model);
    this.#setText(texts + column.session, event.session);
    this.#setText(texts + column.user, event.user);
    this.#setText(texts + column.application, event.application);
    const { errorCode } = event;
    this.#setText(texts + column.errorCode, Number.isFinite(errorCode) ? String(errorCode) : errorCode);
    // The provider is the only required field.
    if (event.provider === undefined) this.#invalid++;
    this.#numbers[numbers + column.timeUnixMs] = timeUnixMs;
    this.#numbers[numbers + column.offeredMs] = offeredMs;
    this.#numbers[numbers + column.weight] = weight;
    this.#length++;
    return this.#invalid;
  }

  /** Returns a number of the first event; NaN if the field is absent. */
  number(index: number): number {
    return this.#numbers[this.#first * column.numberCount + index] ?? Number.NaN;
  }

  /** Returns a text of the first event; empty if the field is absent. */
  text(index: number): string {
    return this.#texts[this.#first * column.textCount + index] ?? '';
  }

  /** Returns the first event as a new object. */
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
      const flag = this.number(column.cacheHit + field);
      if (!Number.isNaN(flag)) event[name] = flag === 1;
    });
    if (this.text(column.errorCode) !== '') event['errorCode'] = this.text(column.errorCode);
    const [timeUnixMs, weight] = [this.number(column.timeUnixMs), this.number(column.weight)];
    return { provider: '', ...event, timeUnixMs, weight };
  }

  /** Removes the first event and releases its texts. */
  shift(): void {
    const texts = this.#first * column.textCount;
    for (let field = 0; field < column.textCount; field++) this.#texts[texts + field] = '';
    this.#first = (this.#first + 1) % this.capacity;
    this.#length--;
  }

  /** Stores an amount from `min` to `max`, or NaN. Returns the amount; `undefined` if it is absent or invalid. */
  #setNumber(index: number, value: unknown, min = 0, max = Number.MAX_VALUE): number | undefined {
    const valid = isAmount(value) && value >= min && value <= max;
    this.#numbers[index] = valid ? value : Number.NaN;
    if (valid) return value;
    if (value !== undefined) this.#invalid++;
    return undefined;
  }

  /** Stores a whole number from `min`, as `#setNumber`. */
  #setCount(index: number, value: unknown, min = 0): number | undefined {
    return this.#setNumber(index, value === undefined || isCount(value) ? value : Number.NaN, min);
  }

  #setFlag(index: number, value: unknown): void {
    const valid = typeof value === 'boolean';
    this.#numbers[index] = valid ? Number(value) : Number.NaN;
    if (!valid && value !== undefined) this.#invalid++;
  }

  #setText(index: number, value: unknown): void {
    const valid = typeof value === 'string';
    this.#texts[index] = valid ? truncated(value) : '';
    if (!valid && value !== undefined) this.#invalid++;
  }
}

function truncated(text: string): string {
  return text.length > maxTextLength ? ownCopy(text.slice(0, maxTextLength)) : text;
}
