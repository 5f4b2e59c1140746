/** Format, metric names and content encoding of the response, by request headers. */
import * as zlib from 'node:zlib';
import { gunzipSync } from 'node:zlib';
import { detectResources } from '@opentelemetry/resources';
import { MeterProvider } from 'otelier/engine';
import { promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { prometheusKind } from '../../../src/backends/prometheus/kind.js';
import { systemClock } from '../../../src/model/clock.js';
import { parseOpenMetrics2 } from '../../formats/prometheus/openmetrics2-parser.js';
import { ask } from '../../support/http-raw.js';
import { afterwards, serve } from './serving.js';

/** `Accept` of Prometheus 2.42, by default and with `--enable-feature=native-histograms`. */
const prometheus242 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus242Native =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus253 =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
/** `Accept` of Prometheus 3: by default, with native histograms, and with each `metric_name_escaping_scheme`. */
const prometheus33 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const prometheus3Native =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const prometheus3Underscores =
  'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const prometheus3NativeDots =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=dots;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=dots;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

const text = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores';
const openMetricsUtf8 = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
const protobuf =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores';

test.each<[who: string, accept: string | undefined, contentType: string]>([
  ['no header', undefined, text],
  ['curl', '*/*', text],
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', text],
  ['a blank header', ' ', text],
  ['a scraper that prefers OpenMetrics', 'text/plain;q=0.1, application/openmetrics-text;q=0.9', openMetrics],
  ['VictoriaMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', text],
  ['Prometheus 2.42', prometheus242, openMetrics],
  ['Prometheus 2.42 with native histograms', prometheus242Native, protobuf],
  ['Prometheus 2.53', prometheus253, openMetrics],
  ['Prometheus 3.3', prometheus33, openMetricsUtf8],
  ['Prometheus 3', prometheus3, openMetricsUtf8],
  ['Prometheus 3 with native histograms', prometheus3Native, protobuf],
  ['Prometheus 3 with underscores', prometheus3Underscores, openMetrics],
  ['Prometheus 3 with native histograms and dots', prometheus3NativeDots, protobuf],
  [
    'a scraper that accepts text 1.0.0 only',
    'text/plain;version=1.0.0;escaping=values',
    'text/plain; version=1.0.0; charset=utf-8; escaping=values',
  ],
])('negotiates the format for %s', async (_, accept, contentType) => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(2, { channel: 'web' });
  metrics.shop.wait.record(0.5);
  const answer = await ask(url, { headers: accept === undefined ? {} : { accept } });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ 'content-type': contentType, 'content-length': String(answer.body.length) });
  if (contentType.startsWith(protobuf)) {
    expect(namesIn(answer.body)).toEqual(
      expect.arrayContaining(['target_info', 'shop_orders_total', 'shop_wait_seconds']),
    );
  } else {
    expect(promlint(answer.text)).toEqual([]);
    expect(answer.text.endsWith('# EOF\n')).toBe(contentType.startsWith('application/openmetrics-text'));
    expect(answer.text).toMatch(/^shop_orders_total{.*channel="web".*} 2$/m);
  }
});

test.each([
  ['no header', undefined, 'shop_orders_total{'],
  ['escaping=allow-utf-8', 'text/plain;version=1.0.0;escaping=allow-utf-8', '{"shop.orders_total",'],
  ['escaping=underscores', 'text/plain;version=1.0.0;escaping=underscores', 'shop_orders_total{'],
  ['escaping=dots', 'text/plain;version=1.0.0;escaping=dots', 'shop_dot_orders__total{'],
  ['escaping=values', 'text/plain;version=1.0.0;escaping=values', 'U__shop_2e_orders__total{'],
])('escapes untranslated names for %s', async (_, accept, sample) => {
  const { metrics, url } = await serve({ translationStrategy: 'NoUTF8EscapingWithSuffixes' });
  metrics.shop.orders.add(2, { channel: 'web' });
  const answer = await ask(url, { headers: accept === undefined ? {} : { accept } });
  expect(answer.text).toContain(`\n${sample}`);
});

test('serves OpenMetrics 2.0 to scrapers that request it, if it is enabled', async () => {
  const { metrics, url } = await serve(
    {},
    { environment: { OTELIER_PROMETHEUS_OPENMETRICS2: 'true' }, resource: { 'service.name': 's' } },
  );
  metrics.shop.orders.add(2, { channel: 'web' });
  metrics.shop.wait.record(0.5);
  const accept = 'application/openmetrics-text;version=2.0.0';
  const answer = await ask(url, { headers: { accept } });
  expect(answer.headers['content-type']).toBe(
    'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores',
  );
  const families = parseOpenMetrics2(answer.text);
  const of = (name: string) => families.find((family) => family.name === name);
  expect(families[0]).toMatchObject({ name: 'target_info', type: 'info' });
  expect(of('shop_orders_total')?.samples).toMatchObject([{ labels: { channel: 'web' }, value: 2 }]);
  const wait = {
    count: 1,
    sum: 0.5,
    bucket: [
      [0.1, 0],
      [1, 1],
      [Number.POSITIVE_INFINITY, 1],
    ],
  };
  expect(of('shop_wait_seconds')?.samples).toMatchObject([{ value: wait, start: expect.any(Number) }]);

  const selected = await ask(`${url}?name[]=shop_wait_seconds`, { headers: { accept } });
  expect(parseOpenMetrics2(selected.text).map(({ name }) => name)).toEqual(['shop_wait_seconds']);
  const older = await ask(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
  expect(older.headers['content-type']).toBe(openMetrics);
});

test('concurrent formats do not affect each other', async () => {
  const { metrics, url } = await serve();
  const formats = [undefined, prometheus242, prometheus242Native, prometheus3, prometheus3NativeDots];
  for (let round = 1; round <= 3; round++) {
    metrics.shop.orders.add(1, { channel: 'app' });
    const answers = await Promise.all(
      formats.map((accept) => ask(url, { headers: accept === undefined ? {} : { accept } })),
    );
    for (const index of [0, 1, 3])
      expect(answers[index]?.text).toMatch(new RegExp(`^shop_orders_total{.*} ${round}$`, 'm'));
    for (const index of [2, 4]) expect(namesIn(answers[index]?.body as Buffer)).toContain('shop_orders_total');
  }
});

test.each([
  'application/json',
  'text/html',
  'text/plain;version=2.0.0',
  '*/*;q=0',
  'text/plain;q=x',
  ',;=',
  'application/vnd.google.protobuf;encoding=text',
])('responds to %j in text 0.0.4', async (accept) => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(2, { channel: 'web' });
  const answer = await ask(url, { headers: { accept } });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe(text);
  expect(answer.text).toMatch(/^shop_orders_total{.*} 2$/m);
});

const zstd = (zlib as { zstdDecompressSync?: (compressed: Buffer) => Buffer }).zstdDecompressSync;
const best = zstd === undefined ? 'gzip' : 'zstd';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['deflate, br', undefined],
  ['gzip;q=0', undefined],
  ['gzip;q=0.5, identity', undefined],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br', 'gzip'],
  ['gzip;q=1.0, identity;q=0.5, *;q=0', 'gzip'],
  ['*', best],
  ['zstd, gzip', best],
  ['zstd;q=0.1, gzip', 'gzip'],
])('Accept-Encoding %j gives %j', async (accepted, encoding) => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(2, { channel: 'web' });
  const plain = await ask(url);
  const answer = await ask(url, { headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.headers).toMatchObject({
    'content-length': String(answer.body.length),
    'content-type': text,
    vary: 'Accept, Accept-Encoding',
  });
  expect(decompressed(answer.body, encoding)).toEqual(plain.body);
});

test.each(['gzip', ...(zstd === undefined ? [] : ['zstd'])])('a large response is complete in %s', async (encoding) => {
  const { metrics, url } = await serve();
  for (let visitor = 0; visitor < 5_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  const plain = await ask(url);
  const answers = await Promise.all([1, 2, 3].map(() => ask(url, { headers: { 'accept-encoding': encoding } })));
  for (const { body } of answers) {
    expect(body.length).toBeLessThan(plain.body.length / 5);
    expect(decompressed(body, encoding).equals(plain.body)).toBe(true);
  }
});

function decompressed(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined) return body;
  return encoding === 'gzip' ? gunzipSync(body) : (zstd as (compressed: Buffer) => Buffer)(body);
}

/** Returns the family names of delimited messages; the name is field 1 and comes first. */
function namesIn(body: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < body.length; ) {
    let length = 0;
    for (let shift = 0, byte = 128; byte >= 128; shift += 7) {
      byte = body[at++] as number;
      length += (byte & 127) * 2 ** shift;
    }
    expect(body[at]).toBe(10);
    names.push(body.toString('utf8', at + 2, at + 2 + (body[at + 1] as number)));
    at += length;
  }
  return names;
}

test('waits for asynchronous resource attributes before the first scrape', async () => {
  const warnings: string[] = [];
  const defaults = Object.entries(prometheusKind.options).map(([name, option]) => [name, option.default]);
  const options = { ...Object.fromEntries(defaults), port: 0, resourceLabels: ['host.id'] };
  const backend = prometheusKind.start(options, {
    clock: systemClock,
    exportIntervalMs: undefined,
    exportTimeoutMs: 10_000,
    name: 'prometheus',
    chosenBy: 'code',
    statuses: () => [],
    warn: (message) => void warnings.push(message),
    onDelivery() {},
  });
  const found = new Promise<string>((resolve) => setTimeout(resolve, 300, 'abc'));
  const resource = detectResources({ detectors: [{ detect: () => ({ attributes: { 'host.id': found } }) }] });
  const provider = new MeterProvider({ readers: [backend.reader], resource });
  afterwards(() => provider.shutdown());
  provider.getMeter('test').createCounter('orders').add(1);
  await backend.ready;
  const { text } = await ask(backend.status().url as string);
  expect(text).toMatch(/^orders_total{.*host_id="abc".*} 1$/m);
  expect(warnings).toEqual([]);
});
