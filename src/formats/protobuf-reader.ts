/** Reads protobuf messages that an endpoint sent. */

/** A field of a protobuf message: a number, or the bytes of a string or message. A field of fixed length has neither. */
export interface Field {
  readonly field: number;
  readonly number?: number;
  readonly bytes?: Uint8Array;
}

/**
 * Returns the fields of a message in order. No length of the message is trusted.
 *
 * @throws {RangeError} if the bytes are not a protobuf message.
 */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined || shift > 2 ** 63) throw new RangeError('the message ends within a number');
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > message.length) throw new RangeError('the message ends within a field');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field === 0) throw new RangeError('the message has a field without a number');
    switch (tag % 8) {
      case 0:
        fields.push({ field, number: varint() });
        break;
      case 1:
        take(8);
        fields.push({ field });
        break;
      case 2:
        fields.push({ field, bytes: take(varint()) });
        break;
      case 5:
        take(4);
        fields.push({ field });
        break;
      default:
        throw new RangeError('the message has a field of an unknown type');
    }
  }
  return fields;
}
