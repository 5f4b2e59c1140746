/** Prometheus scrapes the same registry in each format, and its queries return the recorded values. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bothPrometheus } from './available.js';
import { accepts, type Endpoint, startEndpoint } from './endpoint.js';
import {
  exponentialValues,
  type Format,
  recordEveryKind,
  samplesOfEveryKind,
  typesOfEveryKind,
  viewsOfEveryKind,
} from './every-kind.js';
import { alikeValues, emptyValues, recordHostile, samplesOfHostile } from './hostile-registry.js';
import { type NativeHistogram, type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { type Relay, startRelay } from './relay.js';
import { numbersOf, samplesOf } from './samples.js';

describe.each(bothPrometheus())('$title', ({ server }) => {
  if (server.missing) return test.skip('needs the server', () => undefined);
  let endpoint: Endpoint;
  const relays = {} as Record<Format, Relay>;
  /** Prometheus requests OpenMetrics by default, and protobuf with native histograms enabled. */
  const servers = {} as Record<Format, PrometheusServer>;

  beforeAll(async () => {
    endpoint = await startEndpoint({ views: viewsOfEveryKind });
    recordEveryKind(endpoint.provider);
    recordHostile(endpoint.provider);
    const { url } = endpoint;
    relays.openMetrics = await startRelay(url);
    relays.text = await startRelay(url, { accept: accepts.text });
    relays.protobuf = await startRelay(url);
    const job = (name: Format) => ({ name, target: relays[name].target });
    servers.openMetrics = await startPrometheus(server.bin, [job('openMetrics'), job('text')]);
    servers.text = servers.openMetrics;
    servers.protobuf = await startPrometheus(server.bin, [job('protobuf')], ['native-histograms']);
    for (const format of ['openMetrics', 'text', 'protobuf'] as const) await servers[format].untilUp(format);
  });
  afterAll(async () => {
    await servers.protobuf?.stop();
    await servers.openMetrics?.stop();
    for (const relay of Object.values(relays)) await relay.stop();
    await endpoint?.stop();
  });

  describe.each<{ format: Format; type: string }>([
    { format: 'openMetrics', type: 'application/openmetrics-text; version=1.0.0; charset=utf-8' },
    { format: 'text', type: 'text/plain; version=0.0.4; charset=utf-8' },
    {
      format: 'protobuf',
      type: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    },
  ])('$format', ({ format, type }) => {
    test('is served to Prometheus with gzip', () => {
      const answerType = expect.stringContaining(type);
      expect(relays[format].requests[0]).toMatchObject({ status: 200, answerType, answerEncoding: 'gzip' });
    });

    test('keeps every sample unchanged', async () => {
      const read = await servers[format].samplesOf(format);
      const known = read.filter(({ name }) => !/^(hostile_(alike|empty)|target_info)$/.test(name));
      const recorded = [...samplesOfEveryKind(format), ...samplesOfHostile('otelier', format)];
      expect(samplesOf(known)).toEqual(samplesOf(recorded));
    });

    test.each([
      { metric: 'hostile_alike', values: alikeValues },
      { metric: 'hostile_empty', values: emptyValues },
    ])('keeps attribute sets of $metric separate', async ({ metric, values }) => {
      const read = await servers[format].samplesOf(format);
      expect(numbersOf(samplesOf(read.filter(({ name }) => name === metric)))).toEqual(values);
    });

    test('keeps the resource', async () => {
      expect(await servers[format].valueOf(`target_info{job="${format}",service_name="test"}`)).toBe(1);
    });

    test('serves types, also of announced metrics', async () => {
      const query = { match_target: `{job="${format}"}` };
      const metadata = await servers[format].api<{ metric: string; type: string }[]>('targets/metadata', query);
      const types = new Map(metadata.map(({ metric, type }) => [metric, type]));
      // Protobuf cannot express a family without metrics.
      const shown = typesOfEveryKind.filter(([name]) => format !== 'protobuf' || !name.includes('announced'));
      // Only OpenMetrics names a counter's family differently from its samples.
      const named = (name: string, type: string) =>
        type === 'counter' && format !== 'openMetrics' ? `${name}_total` : name;
      const expected = shown.map(([name, type]) => [named(name, type), type]);
      expect(expected.map(([name = '']) => [name, types.get(name)])).toEqual(expected);
    });
  });

  describe('an exponential histogram in protobuf', () => {
    test('is native, and its buckets hold the recorded values', async () => {
      const [series] = await servers.protobuf.query('kinds_exponential');
      const [, histogram] = series?.histogram ?? [];
      const { count, sum, buckets = [] } = histogram as NativeHistogram;
      expect([count, sum]).toEqual(['6', '18.75']);
      const held = buckets.map(([, , , number]) => Number(number));
      const recorded = buckets.map(([rule, lower, upper]) => {
        const within = (value: number) => (rule === 3 ? value >= Number(lower) : value > Number(lower));
        return exponentialValues.filter((value) => within(value) && value <= Number(upper)).length;
      });
      expect(held).toEqual(recorded);
      expect(held.reduce((one, other) => one + other)).toBe(exponentialValues.length);
    });

    test('is not also a classic histogram', async () => {
      expect(await servers.protobuf.query('kinds_exponential_bucket')).toEqual([]);
      expect(await servers.protobuf.query('kinds_exponential_count')).toEqual([]);
    });

    test('answers queries for count, sum and quantiles', async () => {
      expect(await servers.protobuf.valueOf('histogram_count(kinds_exponential)')).toBe(6);
      expect(await servers.protobuf.valueOf('histogram_sum(kinds_exponential)')).toBe(18.75);
      expect(await servers.protobuf.valueOf('histogram_fraction(-1, 1, kinds_exponential)')).toBeCloseTo(2 / 6);
      const precise = (value: number) => expect.closeTo(value, value < 2 ? 1 : 0);
      expect(await servers.protobuf.valueOf('histogram_quantile(0.5, kinds_exponential)')).toEqual(precise(1.5));
      expect(await servers.protobuf.valueOf('histogram_quantile(1, kinds_exponential)')).toEqual(precise(12));
    });
  });
});
