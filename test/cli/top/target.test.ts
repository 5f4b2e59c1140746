/** Arguments of `otelier top`: URLs, headers and intervals. */
import { expect, test } from 'vitest';
import { targetOf } from '../../../src/cli/top/target.js';

const flags = { interval: '2s', header: [] as string[] };

test.each([
  ['http://localhost:9464/metrics', 'http://localhost:9464/metrics'],
  ['http://localhost:9464', 'http://localhost:9464/metrics'],
  ['http://localhost:9464/', 'http://localhost:9464/metrics'],
  ['https://example.org/custom', 'https://example.org/custom'],
  ['HTTP://localhost:9464', 'http://localhost:9464/metrics'],
  ['localhost', 'http://localhost/metrics'],
  ['localhost:9464', 'http://localhost:9464/metrics'],
  ['localhost:9464/probe?target=a', 'http://localhost:9464/probe?target=a'],
  ['9464', 'http://localhost:9464/metrics'],
  [':9464', 'http://localhost:9464/metrics'],
  [':9464/m', 'http://localhost:9464/m'],
  ['[::1]:9464', 'http://[::1]:9464/metrics'],
  ['10.0.0.1:9100', 'http://10.0.0.1:9100/metrics'],
  [' localhost:9464 ', 'http://localhost:9464/metrics'],
])('%s is %s', (text, expected) => {
  expect(targetOf(text, flags).url.href).toBe(expected);
});

test.each([
  ['100ms', 100],
  ['500ms', 500],
  ['2s', 2_000],
  ['1.5s', 1_500],
  ['1m', 60_000],
  ['1min', 60_000],
  ['24h', 86_400_000],
])('the interval %s is %i ms', (interval, expected) => {
  expect(targetOf('9464', { ...flags, interval }).intervalMs).toBe(expected);
});

test.each([
  ['ftp://localhost', { interval: '2s', header: [] }, /http:\/\/ or https:\/\/, not ftp:/],
  [
    '',
    { interval: '2s', header: [] },
    /URL: got "", expected the URL of a Prometheus endpoint, such as \S+:9464\/metrics/,
  ],
  ['  ', { interval: '2s', header: [] }, /got " {2}"/],
  ['http://', { interval: '2s', header: [] }, /a URL with a host, such as http:\/\/localhost:9464\/metrics/],
  ['http://localhost:99999', { interval: '2s', header: [] }, /port from 0 to 65535, not 99999/],
  ['localhost:99999', { interval: '2s', header: [] }, /port from 0 to 65535, not 99999/],
  ['99999', { interval: '2s', header: [] }, /port from 0 to 65535, not 99999/],
  [':99999/m', { interval: '2s', header: [] }, /port from 0 to 65535, not 99999/],
  ['123456', { interval: '2s', header: [] }, /expected the URL of a Prometheus endpoint/],
  ['http://$' + '{HOST}:9464', { interval: '2s', header: [] }, /not replaced by its value/],
  ['9464', { interval: '5', header: [] }, /--interval.*"5".*"5s"/],
  ['9464', { interval: '99ms', header: [] }, /--interval.*100ms/],
  ['9464', { interval: '25d', header: [] }, /--interval/],
  ['9464', { interval: '1000h', header: [] }, /--interval/],
  ['9464', { interval: '-1s', header: [] }, /--interval/],
  ['9464', { interval: '5 constructor', header: [] }, /--interval/],
  ['9464', { interval: '5constructor', header: [] }, /--interval/],
  ['9464', { interval: '2s', header: ['Authorization'] }, /--header.*NAME: VALUE/],
  ['9464', { interval: '2s', header: [': x'] }, /--header/],
  ['9464', { interval: '2s', header: ['a b: x'] }, /--header/],
  ['9464', { interval: '2s', header: ['a: x\ny'] }, /--header/],
])('%j with %j is invalid', (text, invalid, message) => {
  expect(() => targetOf(text, invalid)).toThrow(message);
});

test('all problems are in one error, without secrets', () => {
  const invalid = { interval: 'x', header: ['Bearer hunter2hunter2'] };
  let message = '';
  try {
    targetOf('http://joe:hunter2hunter2@local host/', invalid);
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch(/URL[\s\S]*--interval[\s\S]*--header/);
  expect(message).not.toContain('hunter2');
});

test('user and password become a header and are not shown', () => {
  const { url, shownUrl, headers } = targetOf('http://joe:p%40ss@localhost:9464/?token=secret', flags);
  expect(url.href).toBe('http://localhost:9464/metrics?token=secret');
  expect(shownUrl).toBe('http://[redacted]@localhost:9464/metrics?[redacted]');
  expect(headers.get('authorization')).toBe(`Basic ${Buffer.from('joe:p@ss').toString('base64')}`);
});

test('headers are repeatable and override user and password', () => {
  const header = ['Authorization: Bearer a:b', 'X-Scope-OrgID:  shop'];
  const { headers } = targetOf('http://joe:pass@localhost', { ...flags, header });
  expect(Object.fromEntries(headers)).toEqual({ authorization: 'Bearer a:b', 'x-scope-orgid': 'shop' });
});
