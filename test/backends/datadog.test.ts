/** Series that arrive at a fake Datadog intake. */
import { datadog } from 'otelier/backends/datadog';
import { MeterProvider } from 'otelier/engine';
import { describe, expect, test, vi } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { startDatadogIntake } from '../support/datadog-intake.js';
import { closing, key, start } from './datadog-app.js';

describe('series', () => {
  test('counters are counts since the last export; other instruments are gauges', async () => {
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

  test('a histogram becomes five metrics', async () => {
    const { metrics, store } = await start();
    for (const seconds of [0.25, 5, 20]) metrics.shop.wait.record(seconds);
    await metrics.forceFlush();
    const arrived = store.series.map(({ metric, type, unit, points }) => [metric, type, unit, points[0]?.value]);
    expect(arrived).toEqual([
      ['shop.wait.count', 1, undefined, 3],
      ['shop.wait.sum', 1, 'second', 25.25],
      ['shop.wait.min', 3, 'second', 0.25],
      ['shop.wait.max', 3, 'second', 20],
      ['shop.wait.avg', 3, 'second', 25.25 / 3],
    ]);
  });

  test('with counters, each bucket that is not empty becomes a count', async () => {
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

  test('service, env and version come from the option, then DD_TAGS, then the resource', async () => {
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
    [{ 'datadog.host.name': 'named' }, {}, 'named'],
    [{ 'k8s.node.name': 'node', 'k8s.cluster.name': 'east' }, {}, 'node-east'],
    [{ 'k8s.node.name': 'node' }, {}, 'node'],
    [{}, {}, 'web-1'],
  ])('with %j and %j the host is %s', async (resource, environment, host) => {
    const { metrics, store } = await start({ resource, environment: { DD_API_KEY: key, ...environment } });
    metrics.shop.sent.add(1);
    await metrics.forceFlush();
    expect(store.series[0]?.resources).toEqual([{ type: 'host', name: host }]);
  });

  test('tags contain container and Kubernetes attributes under their Datadog names by default', async () => {
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

describe('series and points that would overwrite each other', () => {
  test('flushes within one second have different timestamps', async () => {
    const clock = new FakeClock();
    const { metrics, store } = await start({ clock });
    for (const amount of [3, 4, 5]) {
      metrics.shop.sent.add(amount);
      await metrics.forceFlush();
    }
    expect(store.of('shop.sent').map(({ points }) => points[0]?.timestamp)).toEqual([1_000, 1_001, 1_002]);
    expect(store.total('shop.sent')).toBe(12);
  });

  test('timestamps follow a clock that is set back', async () => {
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

  test('attribute sets with equal tags get a collision tag', async () => {
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

  test('equal names from two scopes, name translation and histogram parts are kept apart', async () => {
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
