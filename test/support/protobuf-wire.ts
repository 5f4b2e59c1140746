/** Reads the protobuf wire format without a schema. Malformed input throws. */

/** Reads bytes from a moving position. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('a varint ends early');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error('a varint has more than ten bytes');
  }

  take(length: number): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#at, this.#at + length));
    if (taken.length !== length) throw new Error(`expected ${length} bytes, found ${taken.length}`);
    this.#at += length;
    return taken;
  }

  delimited(): Buffer {
    return this.take(Number(this.varint()));
  }
}
