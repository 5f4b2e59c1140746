/** Writes the part of the Protocol Buffers wire format that metrics need. */

const wire = { varint: 0, fixed64: 1, bytes: 2 } as const;

/** Writes the fields of a message into one growing buffer. */
export class ProtobufWriter {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  /** @param memory initial buffer, or its size in bytes. */
  constructor(memory: number | Buffer = 65_536) {
    this.#bytes = typeof memory === 'number' ? Buffer.allocUnsafe(memory) : memory;
    this.#view = viewOf(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Returns a copy of the written bytes, and clears the writer. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  /** Discards the written bytes. */
  clear(): void {
    this.#length = 0;
  }

  /** Returns the written bytes without a copy; later writes may overwrite them. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes an unsigned number up to 2^53; zero, the default, is omitted. */
  uint(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, wire.varint);
    this.varint(value);
  }

  /** Writes a `sint32` or `sint64` field in zigzag encoding; zero is omitted. */
  sint(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, wire.varint);
    this.zigzag(value);
  }

  /** Writes an `int64` field, or a `bool` field as 0 or 1; zero is written. */
  int(field: number, value: number): void {
    this.tag(field, wire.varint);
    if (value >= 0) this.varint(value);
    else this.#negative(value);
  }

  double(field: number, value: number): void {
    this.tag(field, wire.fixed64);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Writes a `fixed64` or `sfixed64` field from two words. */
  fixed64(field: number, low: number, high: number): void {
    this.tag(field, wire.fixed64);
    this.#reserve(8);
    this.#view.setUint32(this.#length, low, true);
    this.#view.setUint32(this.#length + 4, high, true);
    this.#length += 8;
  }

  /** Overwrites the double that starts `fromEnd` bytes before the end. */
  setDouble(fromEnd: number, value: number): void {
    this.#view.setFloat64(this.#length - fromEnd, value, true);
  }

  /** Writes a packed `uint64` field, unless it is empty. */
  packedVarints(field: number, numbers: Float64Array, from: number, length: number): void {
    if (length === 0) return;
    const begin = this.open(field);
    for (let index = from; index < from + length; index++) this.varint(numbers[index] as number);
    this.close(begin);
  }

  /** Writes a packed `double` field, unless it is empty. */
  packedDoubles(field: number, numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.message(field, numbers.length * 8);
    this.#reserve(numbers.length * 8);
    for (const value of numbers) {
      this.#view.setFloat64(this.#length, value, true);
      this.#length += 8;
    }
  }

  /** Writes a packed `fixed64` field of `count` zeros, to be overwritten later. */
  packedZeros(field: number, count: number): void {
    this.message(field, count * 8);
    this.#reserve(count * 8);
    this.#bytes.fill(0, this.#length, this.#length + count * 8);
    this.#length += count * 8;
  }

  text(field: number, value: string): void {
    const bytes = Buffer.byteLength(value);
    this.tag(field, wire.bytes);
    this.varint(bytes);
    this.#reserve(bytes);
    this.#length += this.#bytes.write(value, this.#length);
  }

  bytes(field: number, value: Uint8Array): void {
    this.message(field, value.length);
    this.raw(value);
  }

  /** Appends encoded bytes: fields, or the content of a message. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Starts a message whose content is `length` bytes; it needs no `close`. */
  message(field: number, length: number): void {
    this.tag(field, wire.bytes);
    this.varint(length);
  }

  /** Starts a nested message. Pass the returned position to `close`. */
  open(field: number): number {
    this.tag(field, wire.bytes);
    this.#reserve(1);
    return this.#length++;
  }

  /** Ends a nested message, and inserts its length. */
  close(begin: number): void {
    const length = this.#length - begin - 1;
    const more = varintLength(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(begin + 1 + more, begin + 1, this.#length);
      this.#length += more;
    }
    const end = this.#length;
    this.#length = begin;
    this.varint(length);
    this.#length = end;
  }

  /** Wraps all written bytes in a message. */
  wrap(field: number): void {
    const before = 1 + varintLength(this.#length);
    const length = this.#length;
    this.#reserve(before);
    this.#bytes.copyWithin(before, 0, length);
    this.#length = 0;
    this.message(field, length);
    this.#length += length;
  }

  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  private tag(field: number, type: number): void {
    this.varint(field * 8 + type);
  }

  /** Writes a negative number in two's complement, which takes ten bytes. */
  #negative(value: number): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
  }

  /** Grows the buffer if fewer than `more` bytes are free. */
  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

/** Returns the length of a number up to 2^53 as a varint, in bytes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++;
  return length;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
