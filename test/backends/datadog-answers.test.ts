/** What Datadog answers, its limits, and the options of the backend. */
import { defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { describe, expect, test, vi } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { startDatadogIntake } from '../support/datadog-intake.js';
import { closing, key, listen, shop, start } from './datadog-app.js';

describe('what Datadog answers', () => {
  test('a key that it does not know is said with its option, and shown nowhere', async () => {
    const said = listen();
    const wrong = 'w'.repeat(32);
    const { metrics, status } = await start({ environment: { DD_API_KEY: wrong } });
    metrics.shop.sent.add(1);
    const result = await metrics.forceFlush();
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).toMatch(/HTTP 403.*Forbidden.*DD_API_KEY/);
    expect(status()).toMatchObject({ state: 'failing', points: { exported: 0, dropped: { refused: 1 } } });
    const everything = [JSON.stringify([result, status()]), String(metrics.settings), ...said].join('\n');
    expect(everything).not.toContain(wrong);
    expect(said.join()).toContain('DD_API_KEY');
  });

  test('a proxy that answers with the key does not bring it into any message', async () => {
    const said = listen();
    const body = `no such key: ${key}`;
    const { metrics, status } = await start({ answer: () => ({ status: 500, body }) });
    metrics.shop.sent.add(1);
    const result = await metrics.forceFlush();
    expect([JSON.stringify([result, status()]), ...said].join()).toContain('no such key: [redacted]');
    expect([JSON.stringify([result, status()]), ...said].join()).not.toContain(key);
  });

  test.each([400, 413])('%i is final: its points are given up, and counted', async (code) => {
    const { metrics, status, store } = await start({ answer: (count) => (count === 1 ? { status: code } : undefined) });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    metrics.shop.sent.add(2);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(store.total('shop.sent')).toBe(2);
    expect(status().points).toEqual({ exported: 1, rejected: 0, dropped: { refused: 1 } });
  });

  test.each([
    [404, [3]],
    [408, [3]],
    [429, [3]],
    [500, [3]],
    [503, [3]],
    // A gateway cannot know whether the points arrived: the same bytes are sent again before anything newer.
    [502, [1, 2]],
    [504, [1, 2]],
  ])('after %i the next export delivers %j', async (code, values) => {
    const { metrics, status, store } = await start({ answer: (count) => (count === 1 ? { status: code } : undefined) });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    metrics.shop.sent.add(2);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(store.of('shop.sent').map(({ points }) => points[0]?.value)).toEqual(values);
    const exported = values.length;
    expect(status()).toMatchObject({ delivered: 1, failed: 1, points: { exported, rejected: 0, dropped: {} } });
  });

  test('the next counts are of the time since the last push that arrived', async () => {
    const clock = new FakeClock();
    const { metrics, store } = await start({ clock, answer: (count) => (count === 2 ? { status: 503 } : undefined) });
    for (let push = 0; push < 3; push++) {
      metrics.shop.sent.add(1);
      clock.advance(10_000);
      await metrics.forceFlush();
    }
    expect(store.of('shop.sent').map(({ interval, points }) => [interval, points[0]?.value])).toEqual([
      [10, 1],
      [20, 2],
    ]);
  });

  test('errors in an answer of success count as points that did not arrive', async () => {
    const said = listen();
    const body = JSON.stringify({ errors: ['metric limit exceeded', `for ${key}`] });
    const { metrics, status } = await start({ answer: () => ({ status: 202, body }) });
    metrics.shop.sent.add(1);
    metrics.shop.heat.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(status().points).toEqual({ exported: 0, rejected: 2, dropped: {} });
    expect(said.join()).toContain('metric limit exceeded; for [redacted]');
    expect(said.join()).not.toContain(key);
  });

  test('errors may be anything', async () => {
    const { metrics, status } = await start({
      answer: () => ({ status: 202, body: '{"errors":[{"toString":1},null]}' }),
    });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(status().points).toEqual({ exported: 0, rejected: 1, dropped: {} });
  });

  test.each(['', 'accepted', 'null', '[]', '{"errors":"none"}'])('the answer %j says nothing', async (body) => {
    const { metrics, status } = await start({ answer: () => ({ status: 202, body }) });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(status().points).toEqual({ exported: 1, rejected: 0, dropped: {} });
  });

  test('a request sent again because its answer was lost changes nothing', async () => {
    const { metrics, store, intake } = await start({ answer: (count) => (count === 1 ? 'lost' : undefined) });
    const many = startMetrics({
      isolated: true,
      environment: { DD_API_KEY: key, OTEL_METRIC_EXPORT_INTERVAL: '5000', OTEL_METRIC_EXPORT_TIMEOUT: '5000' },
      catalogues: { shop },
      backends: [datadog({ endpoint: intake.url })],
    });
    closing.push(many.shutdown);
    many.shop.sent.add(5);
    await vi.waitFor(() => expect(intake.requests).toHaveLength(2), { timeout: 20_000, interval: 50 });
    expect(intake.requests[1]?.text).toBe(intake.requests[0]?.text);
    expect(store.total('shop.sent')).toBe(5);
    await metrics.shutdown();
  });
});

describe('limits', () => {
  test('a large collection is several requests, each below both limits', { timeout: 60_000 }, async () => {
    const attributes = { id: text({ limit: 2_000 }) };
    const names = Array.from({ length: 6 }, (_, index) => `big.m${index}`);
    const make = (name: string) =>
      histogram({ name, unit: 's', description: 'Big.', attributes, cardinalityLimit: 2_000 });
    const big = defineCatalogue(Object.fromEntries(names.map((name, index) => [`m${index}`, make(name)])));
    const intake = await startDatadogIntake({ key });
    closing.push(intake.close);
    const metrics = startMetrics({
      isolated: true,
      environment: { DD_API_KEY: key },
      catalogues: { big },
      backends: [datadog({ endpoint: intake.url })],
    });
    closing.push(metrics.shutdown);
    for (const instrument of Object.values(metrics.big)) {
      for (let id = 0; id < 1_500; id++) instrument.record(id, { id: `id-${id}` });
    }
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(intake.requests.length).toBeGreaterThan(1);
    expect(intake.requests.map(({ status }) => status)).toEqual(intake.requests.map(() => 202));
    for (const name of names) expect(intake.store.total(`${name}.count`)).toBe(1_500);
    expect(metrics.status().backends[0]?.points).toEqual({ exported: 9_000, rejected: 0, dropped: {} });
  });
});

describe('options', () => {
  test('without a key the application runs, it is said at once, and every delivery fails', async () => {
    const said = listen();
    const { metrics, status, intake } = await start({ environment: {} });
    await metrics.ready;
    expect(said).toEqual([expect.stringMatching(/^datadog: nothing is delivered.*DD_API_KEY/)]);
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({
      ok: false,
      backends: [{ backend: 'datadog', ok: false, reason: expect.stringContaining('DD_API_KEY') }],
    });
    await metrics.forceFlush();
    expect(status()).toMatchObject({ state: 'failing', delivered: 0, reason: expect.stringContaining('DD_API_KEY') });
    expect(status().failed).toBeGreaterThanOrEqual(2);
    expect(intake.requests).toHaveLength(0);
    expect(said).toHaveLength(1);
  });

  const select = (environment: Record<string, string>) => {
    const said = listen();
    const metrics = startMetrics({
      isolated: true,
      environment: { OTEL_METRICS_EXPORTER: 'datadog', DD_API_KEY: key, ...environment },
    });
    // Nothing is recorded, and nothing is sent to what the settings name.
    closing.push(metrics.shutdown);
    return { said, url: metrics.status().backends[0]?.url, settings: String(metrics.settings) };
  };

  test.each([
    [{}, 'https://api.datadoghq.com/api/v2/series'],
    [{ DD_SITE: 'US5.datadoghq.com' }, 'https://api.us5.datadoghq.com/api/v2/series'],
    [{ DD_SITE: 'ddog-gov.com' }, 'https://api.ddog-gov.com/api/v2/series'],
    [{ OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:9/dd/' }, 'http://127.0.0.1:9/dd/api/v2/series'],
    [{ OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:9/api/v2/series' }, 'http://127.0.0.1:9/api/v2/series'],
  ])('%j posts to %s', (environment, url) => {
    expect(select(environment)).toMatchObject({ url, said: [] });
  });

  test.each(['app.datadoghq.com', 'https://datadoghq.com', 'api.datadoghq.eu', 'datadoghq.com.example', 'localhost'])(
    'DD_SITE=%s is no site: it is said, and not taken',
    (site) => {
      const { said, url } = select({ DD_SITE: site });
      expect(said).toEqual([expect.stringMatching(/DD_SITE.*a Datadog site such as/)]);
      expect(url).toBe('https://api.datadoghq.com/api/v2/series');
    },
  );

  test('in code a wrong option throws, and a wrong key is not repeated', () => {
    const begin = (options: object) => () =>
      startMetrics({ isolated: true, environment: {}, backends: [datadog(options)] });
    expect(begin({ site: 'example.com' })).toThrow(/datadog\.site/);
    expect(begin({ histograms: 'distributions' })).toThrow(/one of summary, counters/);
    expect(begin({ apiKey: 'two words' })).toThrow(/datadog\.apiKey/);
    expect(begin({ apiKey: 'two words' })).not.toThrow(/two words/);
  });

  test('a key may end with the line break of its file, and is in no settings', () => {
    const { said, settings } = select({ DD_API_KEY: `${key}\n` });
    expect(said).toEqual([]);
    expect(settings).toMatch(/datadog\.apiKey.*\[redacted\]/);
    expect(settings).not.toContain(key);
  });
});
