/** Exemplars as OTLP has them, kept from when they are shown to when their point is. */
import type { Attributes } from '@opentelemetry/api';
import type { Exemplar } from '../../model/points.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { writeAttributes } from './attributes.js';
import { exemplarField } from './fields.js';
import { highWord, UnixNanoseconds } from './words.js';

const traceIdPattern = /^[0-9a-f]{32}$/i;
const spanIdPattern = /^[0-9a-f]{16}$/i;

/** Exemplars of the point that comes next. */
export class PendingExemplars {
  readonly #writer = new ProtobufWriter(1_024);
  readonly #time = new UnixNanoseconds();
  #of: Attributes | undefined;

  /**
   * Adds one.
   *
   * @param field the one of its point that holds exemplars.
   * @param int whether whole numbers were declared; a value that is none is sent as it is all the same.
   */
  add(attributes: Attributes, exemplar: Exemplar, field: number, int: boolean): void {
    const writer = this.#writer;
    if (this.#of !== attributes) writer.clear();
    this.#of = attributes;
    const { value, timeUnixMs, traceId, spanId, filteredAttributes } = exemplar;
    const { low, high } = this.#time.set(timeUnixMs);
    const begin = writer.open(field);
    writer.fixed64(exemplarField.time, low, high);
    if (int && Number.isInteger(value)) writer.fixed64(exemplarField.int, value >>> 0, highWord(value));
    else writer.double(exemplarField.double, value);
    // An identifier of another length would not be one to a receiver.
    if (spanId !== undefined && spanIdPattern.test(spanId)) writer.bytes(exemplarField.spanId, bytesOf(spanId));
    if (traceId !== undefined && traceIdPattern.test(traceId)) writer.bytes(exemplarField.traceId, bytesOf(traceId));
    writeAttributes(writer, exemplarField.filteredAttribute, filteredAttributes);
    writer.close(begin);
  }

  /** Whether there are any for a point of these attributes. */
  areOf(attributes: Attributes): boolean {
    return this.#of === attributes;
  }

  /** Those there are, as fields of their point. */
  take(): Buffer {
    this.#of = undefined;
    return this.#writer.take();
  }

  /** Forgets them: the point that came next was none of theirs. */
  forget(): void {
    this.#of = undefined;
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
