/** Malformed requests: they are rejected without being echoed, and the next scrape succeeds. */
import { expect, test } from 'vitest';
import { ask, exchange } from '../../support/http-raw.js';
import { makeCertificate, makeFolder } from './security/certificates.js';
import { serve } from './serving.js';

const folder = makeFolder();
const host = 'Host: localhost\r\n';
const end = 'Connection: close\r\n\r\n';
const many = (text: string, bytes: number) => text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);

/**
 * Bytes sent, and the statuses that are valid responses. When the server does not read all bytes, the connection may be
 * reset before the response arrives. A malformed body may be detected before or after the response to the headers.
 */
const requests: readonly [what: string, bytes: string, statuses: RegExp][] = [
  ['a URL without a host', `GET http:// HTTP/1.1\r\n${host}${end}`, /^403$/],
  ['half of an IPv6 address', `GET //[ HTTP/1.1\r\n${host}${end}`, /^404$/],
  ['the URL of another server', `GET http://canary/canary HTTP/1.1\r\n${host}${end}`, /^403$/],
  ['a URL with a user', `GET http://canary:canary@x:99999/ HTTP/1.1\r\n${host}${end}`, /^403$/],
  ['the name of another server', `GET /canary HTTP/1.1\r\nHost: canary\r\n${end}`, /^403$/],
  ['a broken escape', `GET /%canary%E0%A4%A?name[]=%canary HTTP/1.1\r\n${host}${end}`, /^404$/],
  ['a broken query', `GET /metrics?%&=&&name[]=%ZZcanary&canary HTTP/1.1\r\n${host}${end}`, /^200$/],
  ['an asterisk', `GET * HTTP/1.1\r\n${host}${end}`, /^404$/],
  ['no URL', `GET  HTTP/1.1\r\n${host}${end}`, /^400$/],
  ['a single word', 'CANARY\r\n\r\n', /^400$/],
  ['an unknown method', `CANARY /metrics HTTP/1.1\r\n${host}${end}`, /^400$/],
  ['a method in lower case', `get /metrics HTTP/1.1\r\n${host}${end}`, /^400$/],
  ['an unknown version', `GET /metrics HTTP/9.9\r\n${host}${end}`, /^400$/],
  ['no version', `GET /metrics\r\n${host}${end}`, /^(200|400)$/],
  ['no Host header', `GET /metrics HTTP/1.1\r\n${end}`, /^400$/],
  ['NUL in the path', `GET /met\0rics?canary HTTP/1.1\r\n${host}${end}`, /^400$/],
  ['NUL in a header', `GET /metrics HTTP/1.1\r\n${host}X-Canary: a\0b\r\n${end}`, /^400$/],
  ['a header without a name', `GET /metrics HTTP/1.1\r\n${host}: canary\r\n${end}`, /^400$/],
  ['a header without a colon', `GET /metrics HTTP/1.1\r\n${host}canary\r\n${end}`, /^400$/],
  ['a folded header', `GET /metrics HTTP/1.1\r\n${host}X: a\r\n canary\r\n${end}`, /^400$/],
  ['a space in the name of a header', `GET /metrics HTTP/1.1\r\n${host}Content-Length : 3\r\n${end}`, /^400$/],
  ['bytes beyond ASCII', `GET /\xff\xfe\xe2\x82 HTTP/1.1\r\n${host}X: \xff\xfe\r\n${end}`, /^400$/],
  ['17 KiB of one header', `GET /metrics HTTP/1.1\r\n${host}X: ${many('canary', 17_408)}\r\n${end}`, /^431$/],
  ['64 KiB of one header', `GET /metrics HTTP/1.1\r\n${host}X: ${many('canary', 65_536)}\r\n${end}`, /^(431)?$/],
  ['64 KiB of headers', `GET /metrics HTTP/1.1\r\n${host}${many('X: canary\r\n', 65_538)}${end}`, /^(431)?$/],
  ['64 KiB of path', `GET /${many('canary', 65_536)} HTTP/1.1\r\n${host}${end}`, /^(431)?$/],
  [
    '64 KiB of Accept within bounds',
    `GET /metrics HTTP/1.1\r\n${host}Accept: ${many('canary/x;q=0.1,', 15_000)}\r\n${end}`,
    /^200$/,
  ],
  ['a chunk size that is not a number', chunked('CANARY\r\n'), /^(400|405|405 400)$/],
  ['a chunk size that is too large', chunked('ffffffffffffffffff\r\ncanary'), /^(400|405|405 400)$/],
  ['an unterminated chunk', chunked('3\r\ncanary'), /^(400|405|405 400)$/],
  ['64 KiB of chunk extensions', chunked(`1;${many('canary', 65_536)}\r\nx\r\n0\r\n\r\n`), /^(400|405|405 400)$/],
  ['a length together with chunks', chunked('0\r\n\r\n', 'Content-Length: 6\r\n'), /^400$/],
  ['two lengths', `POST /metrics HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n${end}`, /^400$/],
  ['a negative length', `GET /metrics HTTP/1.1\r\n${host}Content-Length: -1\r\n${end}`, /^400$/],
  ['a length of 30 digits', `GET /metrics HTTP/1.1\r\n${host}Content-Length: ${'9'.repeat(30)}\r\n${end}`, /^400$/],
  ['an enormous length', `GET /metrics HTTP/1.1\r\n${host}Content-Length: 9007199254740991\r\n${end}`, /^200$/],
  [
    'an enormous length that expects 100 Continue',
    `POST /metrics HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 9007199254740991\r\n${end}`,
    /^(100 )?405$/,
  ],
  ['an unknown expectation', `GET /metrics HTTP/1.1\r\n${host}Expect: canary\r\n${end}`, /^417$/],
  [
    'an upgrade to another protocol',
    `GET /metrics HTTP/1.1\r\n${host}Upgrade: canary\r\nConnection: upgrade, close\r\n\r\n`,
    /^200$/,
  ],
  ['a tunnel request', `CONNECT canary:443 HTTP/1.1\r\n${host}${end}`, /^$/],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00', /^400$/],
  ['a TLS handshake', `\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03${many('canary\0', 41)}`, /^400$/],
  ['an SSH banner', 'SSH-2.0-canary\r\n', /^400$/],
  ['a request followed by garbage', `GET /metrics HTTP/1.1\r\n${host}\r\nCANARY\x00\x01\x02\r\n\r\n`, /^(200 )?400$/],
];

function chunked(body: string, more = ''): string {
  return `POST /metrics HTTP/1.1\r\n${host}${more}Transfer-Encoding: chunked\r\n${end}${body}`;
}

const statusesOf = (received: string) =>
  [...received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => status).join(' ');

test.each(requests)('rejects %s and serves the next scrape', async (_, bytes, statuses) => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(1, { channel: 'web' });
  const received = await exchange(url, bytes);
  expect(statusesOf(received)).toMatch(statuses);
  expect(received).not.toMatch(/canary/i);
  expect((await ask(url)).text).toContain('shop_orders_total');
});

test('handles malformed requests with TLS and without the handshake', async () => {
  const { certificate, key } = makeCertificate(folder, 'server', ['IP:127.0.0.1']);
  const { url } = await serve({ tlsCertificateFile: certificate, tlsKeyFile: key });
  const plain = url.replace('https:', 'http:');
  const answers = await Promise.all(
    requests.map(async ([what, bytes, statuses]) => {
      expect(await exchange(plain, bytes), what).not.toMatch(/canary/i);
      const received = await exchange(url, bytes);
      expect(statusesOf(received), what).toMatch(statuses);
      expect(received).not.toMatch(/canary/i);
    }),
  );
  expect(answers).toHaveLength(requests.length);
  expect((await ask(url)).status).toBe(200);
});

test('answers pipelined requests in order', async () => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(1, { channel: 'web' });
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const last = `GET /dashboard HTTP/1.1\r\nHost: localhost\r\n${end}`;
  const received = await exchange(url, one('/metrics').repeat(50) + one('/health') + one('/nowhere').repeat(50) + last);
  expect(statusesOf(received)).toBe([...Array(51).fill(200), ...Array(51).fill(404)].join(' '));
  expect(received.match(/^shop_orders_total{/gm)).toHaveLength(50);
});
