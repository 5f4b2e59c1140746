/** The wait that a gRPC server asks for; the bytes were encoded with protobufjs from the schema of google.rpc. */
import { expect, test } from 'vitest';
import { readRetryDelayMs } from '../../../src/formats/otlp/retry-info.js';

const retryInfo = '0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f';
const debugInfo = '0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4465627567496e666f';
const status = '08081209736c6f7720646f776e';

test.each([
  ['seconds and nanoseconds', `${status}1a36${retryInfo}120a0a0808021080cab5ee01`, 2_500],
  ['another detail before it', `${status}1a2f${debugInfo}12030a01781a30${retryInfo}12040a020801`, 1_000],
  ['a negative delay', `${status}1a44${retryInfo}12180a1608ffffffffffffffffff0110fbffffffffffffffff01`, 0],
  ['no delay', `${status}1a2c${retryInfo}1200`, 0],
  ['no value', `${status}1a2a${retryInfo}`, 0],
  ['other details only', `${status}1a2c${debugInfo}1200`, undefined],
  ['no details', status, undefined],
  ['no bytes', '', undefined],
  ['a length beyond the end', `${status}1affffffff0f${retryInfo}`, undefined],
  ['a length without an end', `${status}1a${'ff'.repeat(40)}`, undefined],
  ['a group, which is not supported', '1b', undefined],
])('%s', (_, hex, milliseconds) => {
  expect(readRetryDelayMs(Buffer.from(hex, 'hex'))).toBe(milliseconds);
});

test('random bytes never throw', () => {
  const bytes = Buffer.from(`${status}1a36${retryInfo}120a0a0808021080cab5ee01`, 'hex');
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 0x7f, 0x80, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      const delay = readRetryDelayMs(changed);
      expect(delay === undefined || delay >= 0).toBe(true);
      expect(() => readRetryDelayMs(bytes.subarray(0, at))).not.toThrow();
    }
  }
});
