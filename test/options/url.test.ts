/** What messages show of an invalid endpoint: hosts, ports and paths, but never a user, a password or a query. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHttpUrl, likelyUrl, redactEndpoint, urlDefect } from '../../src/options/url.js';

const redacted = '[redacted]';

test.each([
  ['collector:4318', 'collector:4318', 'http://collector:4318'],
  ['collector.example', 'collector.example', 'http://collector.example'],
  ['otel_collector:4318', 'otel_collector:4318', 'http://otel_collector:4318'],
  ['collector-1.example:65535', 'collector-1.example:65535', 'http://collector-1.example:65535'],
  ['HTTPS://Collector1:99999', 'HTTPS://Collector1:99999', undefined],
  ['10.0.0.1:4318/v1/metrics', '10.0.0.1:4318/v1/metrics', 'http://10.0.0.1:4318/v1/metrics'],
  ['[::1]:4318', '[::1]:4318', 'http://[::1]:4318'],
  [':4318', ':4318', 'http://localhost:4318'],
  ['collector:443', 'collector:443', 'https://collector:443'],
  ['https//collector', 'https//collector', 'https://collector'],
  ["'http://c:1'", "'http://c:1'", 'http://c:1'],
  ['"http://c:1"', '"http://c:1"', 'http://c:1'],
  ['"http://me:pw@c:1"', `"http://${redacted}@c:1"`, `http://${redacted}@c:1`],
  ['http://c: 1', 'http://c: 1', 'http://c:1'],
  ['http://my host:1', 'http://my host:1', 'http://myhost:1'],
  ['http://localhost:abc', 'http://localhost:abc', undefined],
  ['http://', 'http://', undefined],
  [`$\{X}`, `$\{X}`, undefined],
  ['$X', '$X', undefined],
  [`http://$\{X}:4318`, `http://$\{X}:4318`, undefined],
  ['4318', '4318', 'http://localhost:4318'],
  ['http://me:s3cret', `http://me:${redacted}`, undefined],
  ['http://me:Secret', `http://me:${redacted}`, undefined],
  ['http://me:secretword', `http://me:${redacted}`, undefined],
  ['http://c:1234567', 'http://c:1234567', undefined],
  ['10.0.0.1:65536', '10.0.0.1:65536', undefined],
  ['c:99999', 'c:99999', undefined],
  ['grpc://c:4317', 'grpc://c:4317', 'http://c:4317'],
  ['grpc://me:pw@c:4317/p?q=1', `grpc://${redacted}@c:4317/p?${redacted}`, `http://${redacted}@c:4317/p?${redacted}`],
  ['me@c:1', `${redacted}@c:1`, `http://${redacted}@c:1`],
  ['c:1#token', `c:1?${redacted}`, `http://c:1?${redacted}`],
  ['http://c:99999', 'http://c:99999', undefined],
  ['me:p?w@c:1', redacted, undefined],
  ['c:1/?mail=me@example', redacted, undefined],
  ['me:secret', redacted, undefined],
  ['me:123456', redacted, undefined],
  ['1234567', redacted, undefined],
  ['Secret:4318', redacted, undefined],
  ['s3cret:4318', redacted, undefined],
  ['Secret.Key:4318', redacted, undefined],
  ['//S3cret', redacted, undefined],
  ['grpc://S3cret:4317', `grpc://${redacted}`, undefined],
  ['me@s3cret:4318', redacted, undefined],
  ['0123456789abcdef', redacted, undefined],
  ['eyJhbGciOi.eyJzdWIi.c2ln', redacted, undefined],
  ['my host', redacted, undefined],
  ['', '', undefined],
  [`$\{COLLECTOR_URL}:4318`, `$\{COLLECTOR_URL}:4318`, undefined],
  [`$\{COLLECTOR_URL}/v1/metrics`, `$\{COLLECTOR_URL}/v1/metrics`, undefined],
  [`$\{A:-http://b:4318}`, `$\{A:-http://b:4318}`, undefined],
  [`$\{A:-http://me:pw@b:4318}`, `$\{A:-http://${redacted}@b:4318}`, undefined],
  [`$\{A:-S3cret}`, `$\{A:-${redacted}}`, undefined],
  [`$\{A:-$\{B}}`, `$\{A:-$\{B}}`, undefined],
  [`$\{env:COLLECTOR}:4318`, `$\{env:COLLECTOR}:4318`, undefined],
  ['$(COLLECTOR):4318', '$(COLLECTOR):4318', undefined],
  ['{{ .Values.endpoint }}', '{{ .Values.endpoint }}', undefined],
  ['{{ .x | default "me:S3cret@c" }}', `{{${redacted}}}`, undefined],
  [`$\{{ vars.COLLECTOR }}`, `$\{{ vars.COLLECTOR }}`, undefined],
  ['{collector}:4318', '{collector}:4318', undefined],
  ['<collector>', '<collector>', undefined],
  ['http://<your collector>:4318', 'http://<your collector>:4318', undefined],
  ['%COLLECTOR%', '%COLLECTOR%', undefined],
  ['http://%COLLECTOR%:4318', 'http://%COLLECTOR%:4318', undefined],
  [`c:$\{PORT}`, `c:$\{PORT}`, undefined],
  [`http://$\{USER}:$\{PW}@c:99999`, `http://${redacted}@c:99999`, undefined],
  [`$\{A}?key=s3cret`, `$\{A}?${redacted}`, undefined],
  [`Secret$\{A}`, redacted, undefined],
  ['unix:///var/run/otel.sock', 'unix:///var/run/otel.sock', undefined],
  ['unix:/var/run/otel.sock', 'unix:/var/run/otel.sock', undefined],
  ['unix:///me:pw@c', `unix://${redacted}@c`, undefined],
  ['grpcs://c:4317', 'grpcs://c:4317', 'https://c:4317'],
  ['grpc://me:p?w@c:1', `grpc://${redacted}`, undefined],
  ['htp://c:4318', 'htp://c:4318', 'http://c:4318'],
  ['http://localhost:4318:4318', 'http://localhost:4318:4318', 'http://localhost:4318'],
  ['localhost:4318:4318', 'localhost:4318:4318', 'http://localhost:4318'],
  ['http://c:4317:4318', 'http://c:4317:4318', undefined],
  ['http://::1:4318', 'http://::1:4318', undefined],
])('%j is shown as %j and stands for %j', (text, shown, url) => {
  expect(redactEndpoint(text)).toBe(shown);
  expect(likelyUrl(text)).toBe(url);
});

const withPort = 'a URL with a port from 0 to 65535, not';

test.each<[text: string, expected: string | undefined]>([
  ['"http://c:1"', 'a URL without quotes'],
  ["'c:1'", 'a URL without quotes'],
  ['http://c: 1', 'a URL without blanks'],
  ['http://', 'a URL with a host, such as http://localhost'],
  [`$\{X}`, 'a URL; the variable in it was not replaced by its value'],
  [`http://$\{X}:4318`, 'a URL; the variable in it was not replaced by its value'],
  ['http://localhost:abc', `${withPort} abc`],
  ['http://localhost:99999', `${withPort} 99999`],
  ['localhost:99999', `${withPort} 99999`],
  ['http://[::1]:99999', `${withPort} 99999`],
  ['http://me:s3cret', withPort.slice(0, -', not'.length)],
  ['c:1', undefined],
  ['4318', undefined],
  ['grpc://c:1', 'http:// or https://, not grpc://'],
  ['grpc://S3cret:1', 'http:// or https://, not grpc://'],
  ['unix:///var/run/otel.sock', 'http:// or https://, not unix://'],
  ['unix:/var/run/otel.sock', 'http:// or https://, not unix:'],
  ['http://localhost:4318:4318', 'a URL with one port'],
  ['http://::1:4318', 'a URL with brackets around the IPv6 address'],
  [`http://$\{USER}@c:99999`, `${withPort} 99999`],
  ...[
    `$\{A:-http://b:4318}`,
    '{{ .Values.endpoint }}',
    '<collector>',
    '%COLLECTOR%',
    '$(A):1',
    '{c}:1',
    `c:1/$\{A}`,
  ].map((text): [string, string] => [text, 'a URL; the variable in it was not replaced by its value']),
  ['[::1]:4318', undefined],
  ['my host', undefined],
])('%j: expected %j', (text, expected) => {
  expect(urlDefect(text)).toBe(expected);
});

test.each([
  [`http://$\{HOST}:4318`, false],
  ['http://$HOST:4318', false],
  ['http://$(HOST):4318', false],
  ['http://{{.host}}:4318', false],
  ['http://{host}:4318', false],
  [`http://c:4318/$\{TENANT}`, false],
  ['http://c:4318/{{.tenant}}', false],
  ['http://c:4318/$metadata', true],
  ['http://c:4318/a%20b', true],
  ['http://me:$ecret@c:4318', true],
  ['ftp://c', false],
])('%j is an HTTP URL: %j', (text, expected) => {
  expect(isHttpUrl(text)).toBe(expected);
});

test('no user, password or query is ever shown', () => {
  const secret = fc.stringMatching(/^[S][-A-Z0-9?#@:/.%=&]{7,20}$/);
  const scheme = fc.constantFrom('', '//', 'grpc://', 'http//', 'ftp://', 'https://');
  fc.assert(
    fc.property(scheme, secret, secret, secret, (start, user, password, key) => {
      for (const text of [
        `${start}${user}:${password}@c:4318/v1/metrics?key=${key}`,
        `${start}${user}@c:4318`,
        `${start}c:4318/v1/metrics?key=${key}`,
        `\${A:-${start}${user}:${password}@c:4318?key=${key}}`,
        `{{ "${user}:${password}@c:4318/${key}" }}`,
      ]) {
        for (const shown of [redactEndpoint(text), likelyUrl(text) ?? '']) {
          for (const part of [user, password, key]) expect(shown).not.toContain(part);
        }
      }
    }),
    { numRuns: 500 },
  );
});
