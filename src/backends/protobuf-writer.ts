/** Protocol Buffers' wire format, as far as metrics need it, into one growing buffer. */

const wire = { varint: 0, fixed64: 1, bytes: 2 } as const;

/** Writes fields of a message, one after another. */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(65_536);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written since the last time, in memory of its own. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  /** A field of a number up to 2^53, of which zero is the default and left out. */
  uint(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, wire.varint);
    this.varint(value);
  }

  /** A signed number in zigzag order, for fields of `sint32` and `sint64`. */
  sint(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, wire.varint);
    this.zigzag(value);
  }

  double(field: number, value: number): void {
    this.tag(field, wire.fixed64);
    this.#room(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** Replaces the number that begins so many bytes before the end. */
  setDouble(fromEnd: number, value: number): void {
    this.#bytes.writeDoubleLE(value, this.#length - fromEnd);
  }

  text(field: number, value: string): void {
    const bytes = Buffer.byteLength(value);
    this.tag(field, wire.bytes);
    this.varint(bytes);
    this.#room(bytes);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** Bytes that are written already, fields or a message's content. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Begins a message within this one; `close` gets what it returns. */
  open(field: number): number {
    this.tag(field, wire.bytes);
    this.#room(1);
    return this.#length++;
  }

  /** Ends a message: its length is known now, and goes before it. */
  close(begin: number): void {
    const length = this.#length - begin - 1;
    const more = varintLength(length) - 1;
    if (more > 0) {
      this.#room(more);
      this.#bytes.copyWithin(begin + 1 + more, begin + 1, this.#length);
      this.#length += more;
    }
    const end = this.#length;
    this.#length = begin;
    this.varint(length);
    this.#length = end;
  }

  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  varint(value: number): void {
    this.#room(10);
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

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++;
  return length;
}
