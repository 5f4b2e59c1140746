/** Responses of Datadog, request limits, and the options of the backend. */
import { defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { describe, expect, test, vi } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { startDatadogIntake } from '../support/datadog-intake.js';
import { closing, key, listen, shop, start } from './datadog-app.js';

describe('responses', () => {
  test('a refused key is reported with its option and never shown', async () => {
    const messages = listen();
    const wrong = 'w'.repeat(32);
    const { metrics, status } = await start({ environment: { DD_API_KEY: wrong } });
    metrics.shop.sent.add(1);
    const result = await metrics.forceFlush();
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).toMatch(/DD_API_KEY.*HTTP 403.*Forbidden/);
    expect(status()).toMatchObject({ state: 'failing', points: { exported: 0, dropped: { refused: 1 } } });
    const everything = [JSON.stringify([result, status()]), String(metrics.settings), ...messages].join('\n');
    expect(everything).not.toContain(wrong);
    expect(messages.join()).toContain('DD_API_KEY');
  });

  test('removes a key that a proxy repeats from all messages', async () => {
    const messages = listen();
    const body = `no such key: ${key}`;
    const { metrics, status } = await start({ answer: () => ({ status: 500, body }) });
    metrics.shop.sent.add(1);
    const result = await metrics.forceFlush();
    expect([JSON.stringify([result, status()]), ...messages].join()).toContain('no such key: [redacted]');
    expect([JSON.stringify([result, status()]), ...messages].join()).not.toContain(key);
  });

  test.each([400, 413])('HTTP %i drops the points and counts them', async (code) => {
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
  ])('after HTTP %i the next export delivers %j', async (code, values) => {
    const { metrics, status, store } = await start({ answer: (count) => (count === 1 ? { status: code } : undefined) });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    metrics.shop.sent.add(2);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(store.of('shop.sent').map(({ points }) => points[0]?.value)).toEqual(values);
    const exported = values.length;
    expect(status()).toMatchObject({ delivered: 1, failed: 1, points: { exported, rejected: 0, dropped: {} } });
  });

  test('the interval of a count begins at the last accepted export', async () => {
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

  test('the interval of a count includes exports without points', async () => {
    const clock = new FakeClock();
    const { metrics, store } = await start({ clock });
    for (const sent of [true, false, true, false, false, true]) {
      if (sent) metrics.shop.sent.add(1);
      clock.advance(10_000);
      await metrics.forceFlush();
    }
    expect(store.of('shop.sent').map(({ interval }) => interval)).toEqual([10, 20, 30]);
  });

  test('counts all points of an accepted request with errors as rejected', async () => {
    const messages = listen();
    const body = JSON.stringify({ errors: ['metric limit exceeded', `for ${key}`] });
    const { metrics, status } = await start({ answer: () => ({ status: 202, body }) });
    metrics.shop.sent.add(1);
    metrics.shop.heat.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(status().points).toEqual({ exported: 0, rejected: 2, dropped: {} });
    expect(messages.join()).toContain('metric limit exceeded; for [redacted]');
    expect(messages.join()).not.toContain(key);
  });

  test('accepts errors of any JSON type', async () => {
    const { metrics, status } = await start({
      answer: () => ({ status: 202, body: '{"errors":[{"toString":1},null]}' }),
    });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(status().points).toEqual({ exported: 0, rejected: 1, dropped: {} });
  });

  test.each(['', ' ', 'accepted', '{}', '{"errors":[]}', '{"errors":null}', '{"status":"ok"}'])(
    'treats the body %j as acceptance',
    async (body) => {
      const { metrics, status } = await start({ answer: () => ({ status: 202, body }) });
      metrics.shop.sent.add(1);
      expect(await metrics.forceFlush()).toMatchObject({ ok: true });
      expect(status().points).toEqual({ exported: 1, rejected: 0, dropped: {} });
    },
  );

  test.each([
    ['text/html', '<h1>Sign in</h1>', 'HTTP 202, but the response is an HTML page: Sign in'],
    ['application/json', '<h1>Sign in</h1>', 'HTTP 202, but the response is an HTML page: Sign in'],
    ['application/json', '{"errors":[', 'HTTP 202, but the response body is not JSON'],
    ['application/json', '{"error":"login"}', 'HTTP 202, but the response reports an error: login'],
    ['application/json', '{"errors":"Forbidden"}', 'HTTP 202, but the response reports an error: Forbidden'],
    ['application/json', '{"code":403,"message":"no"}', 'HTTP 202, but the response reports an error: no'],
    ['text/plain', 'null', 'HTTP 202, but the response body is JSON that is not an object'],
    ['application/json', '[]', 'HTTP 202, but the response body is JSON that is not an object'],
    ['application/json', '"ok"', 'HTTP 202, but the response body is JSON that is not an object'],
  ])('refuses a body of type %s that is not an answer: %j', async (type, body, reason) => {
    const headers = { 'content-type': type };
    const { metrics, status } = await start({ answer: () => ({ status: 202, headers, body }) });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    expect(status()).toMatchObject({ reason, points: { exported: 0, rejected: 0, dropped: { refused: 1 } } });
  });

  test('a request that is sent again after a lost answer changes no value', async () => {
    const { metrics, store, intake } = await start({ answer: (count) => (count === 1 ? 'lost' : undefined) });
    const many = startMetrics({
      isolated: true,
      environment: { DD_API_KEY: key, OTEL_METRIC_EXPORT_INTERVAL: '2000', OTEL_METRIC_EXPORT_TIMEOUT: '2000' },
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

describe('request limits', () => {
  test('splits a large collection into requests below both limits', { timeout: 60_000 }, async () => {
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
  test('without a key the application runs, one warning is logged, and every delivery fails', async () => {
    const messages = listen();
    const { metrics, status, intake } = await start({ environment: {} });
    await metrics.ready;
    expect(messages).toEqual([expect.stringMatching(/^datadog: nothing is delivered.*DD_API_KEY/)]);
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({
      ok: false,
      backends: [{ backend: 'datadog', ok: false, reason: expect.stringContaining('DD_API_KEY') }],
    });
    await metrics.forceFlush();
    expect(status()).toMatchObject({ state: 'failing', delivered: 0, reason: expect.stringContaining('DD_API_KEY') });
    expect(status().failed).toBeGreaterThanOrEqual(2);
    expect(intake.requests).toHaveLength(0);
    expect(messages).toHaveLength(1);
  });

  const select = (environment: Record<string, string>) => {
    const messages = listen();
    const metrics = startMetrics({
      isolated: true,
      environment: { OTEL_METRICS_EXPORTER: 'datadog', DD_API_KEY: key, ...environment },
    });
    // Nothing is recorded, so nothing is sent to the configured address.
    closing.push(metrics.shutdown);
    return { messages, url: metrics.status().backends[0]?.url, settings: String(metrics.settings) };
  };

  test.each([
    [{}, 'https://api.datadoghq.com/api/v2/series'],
    [{ DD_SITE: 'US5.datadoghq.com' }, 'https://api.us5.datadoghq.com/api/v2/series'],
    [{ DD_SITE: 'ddog-gov.com' }, 'https://api.ddog-gov.com/api/v2/series'],
    [{ OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:9/dd/' }, 'http://127.0.0.1:9/dd/api/v2/series'],
    [{ OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:9/api/v2/series' }, 'http://127.0.0.1:9/api/v2/series'],
  ])('with %j the URL is %s', (environment, url) => {
    expect(select(environment)).toMatchObject({ url, messages: [] });
  });

  const expected = 'expected a Datadog site such as datadoghq.com, us5.datadoghq.com or datadoghq.eu';

  test.each([
    ['https://app.datadoghq.eu', 'datadoghq.eu'],
    ['https://datadoghq.eu/', 'datadoghq.eu'],
    ['http://datadoghq.eu:443/x', 'datadoghq.eu'],
    ['api.datadoghq.eu', 'datadoghq.eu'],
    ['app.us5.datadoghq.com', 'us5.datadoghq.com'],
    ['https://us3.datadoghq.com', 'us3.datadoghq.com'],
    ['https://app.ddog-gov.com', 'ddog-gov.com'],
    ['"datadoghq.eu"', 'datadoghq.eu'],
    ['eu', 'datadoghq.eu'],
    ['US5', 'us5.datadoghq.com'],
  ])('DD_SITE=%s selects the site %s, with a warning', (text, site) => {
    const { messages, url } = select({ DD_SITE: text });
    expect(messages).toEqual([`DD_SITE: got ${JSON.stringify(text)}, ${expected}; using ${site}`]);
    expect(url).toBe(`https://api.${site}/api/v2/series`);
    expect(() => startMetrics({ isolated: true, environment: {}, backends: [datadog({ site: text })] })).toThrow(
      `(did you mean "${site}"?)`,
    );
  });

  test.each(['datadoghq.com.example', 'localhost', 'datadoghq', 'https://me@datadoghq.eu', 'constructor'])(
    'DD_SITE=%s: nothing is delivered, because the default may be another region',
    async (text) => {
      const messages = listen();
      const environment = { OTEL_METRICS_EXPORTER: 'datadog', DD_API_KEY: key, DD_SITE: text };
      const metrics = startMetrics({ isolated: true, environment });
      closing.push(metrics.shutdown);
      await metrics.ready;
      expect(messages).toEqual([expect.stringMatching(`^DD_SITE: got .*, ${expected}; nothing is delivered$`)]);
      expect(metrics.status().backends[0]).toMatchObject({
        disabled: true,
        reason: expect.stringContaining('DD_SITE'),
      });
      expect(metrics.status().backends[0]).not.toHaveProperty('url');
      expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    },
  );

  test('an invalid DD_SITE is ignored with OTELIER_DATADOG_ENDPOINT, which replaces the site', () => {
    const endpoint = 'http://127.0.0.1:9';
    const { messages, url } = select({ DD_SITE: 'localhost', OTELIER_DATADOG_ENDPOINT: endpoint });
    expect(messages).toEqual([`DD_SITE: got "localhost", ${expected}; ignored`]);
    expect(url).toBe(`${endpoint}/api/v2/series`);
  });

  test('invalid options in code throw, and the error does not contain the key', () => {
    const startWith = (options: object) => () =>
      startMetrics({ isolated: true, environment: {}, backends: [datadog(options)] });
    expect(startWith({ site: 'example.com' })).toThrow(/datadog\.site/);
    expect(startWith({ histograms: 'distributions' })).toThrow(/one of summary, counters/);
    expect(startWith({ apiKey: 'two words' })).toThrow(/datadog\.apiKey/);
    expect(startWith({ apiKey: 'two words' })).not.toThrow(/two words/);
  });

  test('trims the line break at the end of a key, and redacts the key in settings', () => {
    const { messages, settings } = select({ DD_API_KEY: `${key}\n` });
    expect(messages).toEqual([]);
    expect(settings).toMatch(/datadog\.apiKey.*\[redacted\]/);
    expect(settings).not.toContain(key);
  });
});
