/** Content negotiation: content encoding by `Accept-Encoding` (RFC 9110, 12.5.3). */
import { describe, expect, test } from 'vitest';
import { negotiateEncoding } from '../../../src/backends/prometheus/negotiation.js';

describe('Accept-Encoding', () => {
  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['deflate, br', 'identity'],
    ['identity', 'identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.0, identity', 'identity'],
    ['gzip;q=0.5, identity;q=1', 'identity'],
    ['gzip;q=1, identity;q=0.5', 'gzip'],
    ['gzip; q = 0.3 , br', 'gzip'],
    ['*', 'gzip'],
    ['*;q=0', 'identity'],
    ['*;q=0, gzip;q=0.1', 'gzip'],
    ['gzip;q=0, *', 'identity'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['gzip;q=x', 'identity'],
    ['gzip;q=2', 'identity'],
    [';;,,=', 'identity'],
    [`gzip,${'x,'.repeat(50_000)}`, 'gzip'],
  ])('%j gives %s if gzip is available', (header, expected) => {
    expect(negotiateEncoding(header, ['gzip'])).toBe(expected);
  });

  test.each([
    ['gzip', 'gzip'],
    ['zstd', 'zstd'],
    ['gzip, zstd', 'zstd'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip;q=1, zstd;q=0.5', 'gzip'],
    ['*', 'zstd'],
    ['*, zstd;q=0', 'gzip'],
    ['identity, zstd;q=0.9', 'identity'],
  ])('%j gives %s if zstd is available, too', (header, expected) => {
    expect(negotiateEncoding(header, ['zstd', 'gzip'])).toBe(expected);
  });
});

test('a header of 100 KB is not parsed to its end', () => {
  const filler = Array.from({ length: 9_000 }, (_, index) => `x/y${index};q=0.${index % 10}`).join(',');
  expect(negotiateEncoding(`${filler},gzip`, ['gzip'])).toBe('identity');
});
