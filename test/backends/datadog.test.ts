/** The backend through its public door, against the fake intake. */
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, gauge, histogram, startMetrics, text, upDownCounter } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { MeterProvider } from 'otelier/engine';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { type IntakeAnswer, startDatadogIntake } from '../support/datadog-intake.js';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes: { channel: text() } }),
  sent: counter({ name: 'shop.sent', unit: 'By', description: 'Bytes sent.' }),
  carts: upDownCounter({ name: 'shop.carts', unit: '{cart}', description: 'Carts.' }),
  heat: gauge({ name: 'shop.heat', unit: 'Cel', description: 'Heat.' }),
  wait: histogram({ name: 'shop.wait', unit: 's', description: 'Waiting.', buckets: [0.5, 10] }),
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What is said, from now to the end of the test. */
function listen(): string[] {
  const said: string[] = [];
  const note = (message: string) => said.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: note, warn: note, info: ignore, debug: ignore, verbose: ignore });
  closing.push(() => diag.disable());
  return said;
}

interface Given {
  readonly options?: Parameters<typeof datadog>[0];
  readonly environment?: Record<string, string>;
  readonly resource?: Record<string, string>;
  readonly answer?: (count: number) => IntakeAnswer | undefined;
  readonly clock?: FakeClock;
}

const key = 'k'.repeat(32);

async function start({ options = {}, environment = { DD_API_KEY: key }, resource = {}, answer, clock }: Given = {}) {
  const now = clock === undefined ? {} : { now: () => clock.nowUnixMs() };
  const intake = await startDatadogIntake({ key, ...now, ...(answer === undefined ? {} : { answer }) });
  closing.push(intake.close);
  const metrics = startMetrics({
    isolated: true,
    environment,
    shutdownTimeoutMs: 5_000,
    serviceName: 'storefront',
    resource: { 'host.name': 'web-1', 'service.instance.id': 'i-1', ...resource },
    catalogues: { shop },
    backends: [datadog({ endpoint: intake.url, resourceTags: ['service.instance.id'], ...options })],
    ...(clock === undefined ? {} : { clock }),
  });
  closing.push(metrics.shutdown);
  const status = () => {
    const [backend] = metrics.status().backends;
    if (backend === undefined) throw new Error('no backend');
    return backend;
  };
  return { intake, metrics, status, store: intake.store };
}

describe('what arrives', () => {
  test('counts of what was recorded since the last push, and gauges', async () => {
    const clock = new FakeClock();
    const { metrics, store, intake } = await start({ clock });
    const record = async (seconds: number) => {
      metrics.shop.orders.add(3, { channel: 'Web' });
      metrics.shop.carts.add(2);
      metrics.shop.heat.set(-1.5);
      clock.advance(seconds * 1_000);
      expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    };
    await record(10);
    await record(20);
    const tags = ['service:storefront', 'service.instance.id:i-1'];
    const common = { resources: [{ type: 'host', name: 'web-1' }] };
    const points = (value: number, ...at: number[]) => at.map((timestamp) => ({ timestamp, value }));
    expect(store.of('shop.orders')).toEqual([
      {
        metric: 'shop.orders',
        type: 1,
        interval: 10,
        points: points(3, 1_010),
        ...common,
        tags: [...tags, 'channel:web'],
      },
      {
        metric: 'shop.orders',
        type: 1,
        interval: 20,
        points: points(3, 1_030),
        ...common,
        tags: [...tags, 'channel:web'],
      },
    ]);
    expect(store.of('shop.carts')).toEqual([
      { metric: 'shop.carts', type: 3, points: points(2, 1_010), ...common, tags },
      { metric: 'shop.carts', type: 3, points: points(4, 1_030), ...common, tags },
    ]);
    expect(store.of('shop.heat')[0]).toMatchObject({ type: 3, unit: 'degree celsius', points: points(-1.5, 1_010) });
    expect(intake.requests[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'dd-api-key': key });
    expect(intake.requests[0]?.headers['user-agent']).toMatch(/^otelier\//);
  });

  test('a histogram is five metrics', async () => {
    const { metrics, store } = await start();
    for (const seconds of [0.25, 5, 20]) metrics.shop.wait.record(seconds);
    await metrics.forceFlush();
    const seen = store.series.map(({ metric, type, unit, points }) => [metric, type, unit, points[0]?.value]);
    expect(seen).toEqual([
      ['shop.wait.count', 1, undefined, 3],
      ['shop.wait.sum', 1, 'second', 25.25],
      ['shop.wait.min', 3, 'second', 0.25],
      ['shop.wait.max', 3, 'second', 20],
      ['shop.wait.avg', 3, 'second', 25.25 / 3],
    ]);
  });

  test('with counters, each bucket that is not empty is a count of its own', async () => {
    const { metrics, store } = await start({
      environment: { DD_API_KEY: key, OTELIER_DATADOG_HISTOGRAMS: 'counters' },
    });
    metrics.shop.wait.record(0.5);
    metrics.shop.wait.record(20);
    metrics.shop.wait.record(30);
    await metrics.forceFlush();
    expect(
      store.of('shop.wait.bucket').map(({ type, tags, points }) => [type, tags?.slice(-2), points[0]?.value]),
    ).toEqual([
      [1, ['lower_bound:-inf', 'upper_bound:0.5'], 1],
      [1, ['lower_bound:10.0', 'upper_bound:inf'], 2],
    ]);
    expect(store.total('shop.wait.bucket')).toBe(store.total('shop.wait.count'));
  });

  test('service, env and version: the option, then DD_TAGS, then the resource', async () => {
    const resource = { 'deployment.environment.name': 'Staging', 'service.version': '1.2' };
    const tagsOf = async (environment: Record<string, string>) => {
      const { metrics, store } = await start({ environment: { DD_API_KEY: key, ...environment }, resource });
      metrics.shop.sent.add(1);
      await metrics.forceFlush();
      return store.series[0]?.tags;
    };
    const instance = 'service.instance.id:i-1';
    expect(await tagsOf({})).toEqual(['service:storefront', 'env:staging', 'version:1.2', instance]);
    expect(await tagsOf({ DD_TAGS: 'env:prod,team:search canary' })).toEqual([
      'service:storefront',
      'version:1.2',
      'env:prod',
      'team:search',
      'canary',
      instance,
    ]);
    expect(
      await tagsOf({ DD_TAGS: 'env:prod,service:x', DD_ENV: 'test', DD_SERVICE: 'shop', DD_VERSION: '2' }),
    ).toEqual(['service:shop', 'env:test', 'version:2', instance]);
  });

  test.each([
    [{}, { DD_HOSTNAME: 'given' }, 'given'],
    [{}, { DD_HOSTNAME: 'a$&b"$$' }, 'a$&b"$$'],
    [{ 'datadog.host.name': 'said' }, {}, 'said'],
    [{ 'k8s.node.name': 'node', 'k8s.cluster.name': 'east' }, {}, 'node-east'],
    [{ 'k8s.node.name': 'node' }, {}, 'node'],
    [{}, {}, 'web-1'],
  ])('with %j and %j the host is %s', async (resource, environment, host) => {
    const { metrics, store } = await start({ resource, environment: { DD_API_KEY: key, ...environment } });
    metrics.shop.sent.add(1);
    await metrics.forceFlush();
    expect(store.series[0]?.resources).toEqual([{ type: 'host', name: host }]);
  });

  test('where it runs is in the tags by default, and is as Datadog calls it', async () => {
    const resource = { 'k8s.pod.name': 'web-abc', 'k8s.namespace.name': 'shop', 'container.id': 'c0ffee' };
    const { metrics, store } = await start({ options: { resourceTags: undefined }, resource });
    metrics.shop.sent.add(1);
    await metrics.forceFlush();
    expect(store.series[0]?.tags).toEqual(
      expect.arrayContaining([
        'pod_name:web-abc',
        'kube_namespace:shop',
        'container_id:c0ffee',
        'service.instance.id:i-1',
      ]),
    );
  });
});

describe('nothing is written over', () => {
  test('flushes within one second have timestamps of their own', async () => {
    const clock = new FakeClock();
    const { metrics, store } = await start({ clock });
    for (const amount of [3, 4, 5]) {
      metrics.shop.sent.add(amount);
      await metrics.forceFlush();
    }
    expect(store.of('shop.sent').map(({ points }) => points[0]?.timestamp)).toEqual([1_000, 1_001, 1_002]);
    expect(store.total('shop.sent')).toBe(12);
  });

  test('a clock that is set back does not lead into the future', async () => {
    const clock = new FakeClock();
    clock.advance(7_200_000);
    const { metrics, store } = await start({ clock });
    metrics.shop.sent.add(1);
    await metrics.forceFlush();
    vi.spyOn(clock, 'nowUnixMs').mockReturnValue(3_600_000);
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(store.of('shop.sent').at(-1)?.points[0]?.timestamp).toBeLessThan(3_600 + 600);
  });

  test('attributes that have the same tags are told apart', async () => {
    const { metrics, store } = await start();
    for (let push = 0; push < 3; push++) {
      metrics.shop.orders.add(1, { channel: 'web' });
      metrics.shop.orders.add(2, { channel: 'Web' });
      metrics.shop.orders.add(4, { channel: 'WEB' });
      await metrics.forceFlush();
    }
    expect(store.total('shop.orders', 'channel:web')).toBe(21);
    expect(store.total('shop.orders', 'otelier_collision:2')).toBe(6);
    expect(store.total('shop.orders', 'otelier_collision:3')).toBe(12);
  });

  test('a name in two scopes, names that become one, and the name of a part of a histogram are', async () => {
    const intake = await startDatadogIntake({ key });
    closing.push(intake.close);
    const { kind, input } = datadog({ apiKey: key, endpoint: intake.url });
    const values = Object.fromEntries(Object.entries(kind.options).map(([name, option]) => [name, option.default]));
    const { reader } = kind.start({ ...values, ...input } as Parameters<typeof kind.start>[0], {
      clock: { nowUnixMs: () => Date.now(), monotonicMs: () => performance.now() },
      exportIntervalMs: undefined,
      exportTimeoutMs: 5_000,
      chosenBy: 'code',
      statuses: () => [],
      warn: () => undefined,
      name: 'datadog',
      onDelivery: () => undefined,
    });
    const provider = new MeterProvider({ readers: [reader] });
    closing.push(() => provider.shutdown());
    const [one, two] = [provider.getMeter('one'), provider.getMeter('two')];
    one.createCounter('jobs').add(1);
    two.createCounter('jobs').add(2);
    one.createCounter('a-b').add(1);
    one.createCounter('a/b').add(2);
    one.createHistogram('x').record(1);
    one.createCounter('x.count').add(2);
    await provider.forceFlush();
    const { store } = intake;
    expect(['jobs', 'a_b', 'x.count'].map((name) => store.total(name))).toEqual([3, 3, 3]);
  });
});

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

  test.each([404, 408, 429, 500, 502, 503, 504])('after %i all of it is part of the next push', async (code) => {
    const { metrics, status, store } = await start({ answer: (count) => (count === 1 ? { status: code } : undefined) });
    metrics.shop.sent.add(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    metrics.shop.sent.add(2);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(store.of('shop.sent').map(({ points }) => points[0]?.value)).toEqual([3]);
    expect(status()).toMatchObject({ delivered: 1, failed: 1, points: { exported: 1, rejected: 0, dropped: {} } });
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
