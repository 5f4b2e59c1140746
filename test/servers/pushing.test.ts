/** Jobs push to a real Pushgateway; the tests read the groups back. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { PushgatewayInput } from 'otelier/backends/pushgateway';
import { MeterProvider } from 'otelier/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pushgatewayKind } from '../../src/backends/pushgateway/kind.js';
import { startApp } from '../support/program.js';
import { realServer } from './available.js';
import { type Format, recordEveryKind, samplesOfEveryKind, typesOfEveryKind, viewsOfEveryKind } from './every-kind.js';
import { alikeValues, emptyValues, recordHostile, samplesOfHostile } from './hostile-registry.js';
import { hostileResource, hostileResourceLabels } from './hostile-texts.js';
import { type PushedGroup, type Pushgateway, startPushgateway } from './pushgateway.js';
import { numbersOf, type ReadSample, samplesOf } from './samples.js';

const server = realServer('PUSHGATEWAY');

/** Returns the source of a job that records and ends by itself. `last` is its last statement. */
const job = (names: readonly string[], options: PushgatewayInput = {}, last = '') => `
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  import { pushgateway } from 'otelier/backends/pushgateway';
  const rows = (name) => counter({ name, unit: '{row}', description: 'Rows.' });
  const nightly = defineCatalogue({ ${names.map((name, index) => `c${index}: rows('${name}')`).join(', ')} });
  const group = pushgateway(${JSON.stringify(options)});
  const metrics = startMetrics({ serviceName: 'nightly', catalogues: { nightly }, backends: [group] });
  ${names.map((_, index) => `metrics.nightly.c${index}.add(${index + 3});`).join(' ')}
  ${last}
`;

describe.skipIf(server.missing)(`Pushgateway${server.note}`, () => {
  let gateway: Pushgateway;
  beforeAll(async () => {
    gateway = await startPushgateway(server.bin);
  });
  afterAll(() => gateway?.stop());

  let stop: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await stop?.();
    stop = undefined;
  });

  async function run(source: string, environment: Record<string, string> = {}) {
    const OTELIER_PUSHGATEWAY_URL = gateway.url;
    const settings = { OTELIER_PUSHGATEWAY_URL, OTELIER_WITHOUT_SELF_METRICS: 'true', ...environment };
    const { code, stdout, stderr, lastedMs } = await startApp(source, settings).end;
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    return lastedMs;
  }

  async function groupWith(labels: Readonly<Record<string, string>>): Promise<PushedGroup | undefined> {
    const wanted = JSON.stringify(Object.entries(labels).sort());
    const groups = await gateway.groups();
    return groups.find((group) => JSON.stringify(Object.entries(group.labels).sort()) === wanted);
  }

  const namesIn = (group: PushedGroup | undefined) =>
    group?.families.map(({ name }) => name).filter((name) => name !== 'target_info');

  test('has the last values of a job that ended by itself', async () => {
    const lastedMs = await run(job(['nightly.rows']), {
      OTELIER_PUSHGATEWAY_GROUPING_KEY: 'instance=worker-1,path=%2Fvar%2Ftmp',
    });
    const text = await gateway.scrape();
    const labels = 'instance="worker-1",job="nightly",otel_scope_name="otelier",path="/var/tmp"';
    expect(text).toContain(`\nnightly_rows_total{${labels}} 3\n`);
    expect(text).toMatch(/^push_time_seconds{instance="worker-1",job="nightly",path="\/var\/tmp"} [1-9]/m);
    expect(text).toMatch(/^push_failure_time_seconds{instance="worker-1",job="nightly",path="\/var\/tmp"} 0$/m);
    // An interval or an open connection would keep the job alive longer.
    expect(lastedMs).toBeLessThan(10_000);
  });

  test.each([
    ['PUT', ['put_second_total']],
    ['POST', ['post_both_total', 'post_first_total', 'post_second_total']],
  ] as const)('%s: two jobs in one group leave %j', async (method, names) => {
    const prefix = method.toLowerCase();
    const options = { method, job: `replaced by ${method}` };
    await run(job([`${prefix}.first`, `${prefix}.both`], options));
    expect(namesIn(await groupWith({ job: options.job }))).toEqual([`${prefix}_both_total`, `${prefix}_first_total`]);
    await run(job(method === 'PUT' ? ['put.second'] : ['post.both', 'post.second'], options));
    const group = await groupWith({ job: options.job });
    expect(namesIn(group)).toEqual(names);
    // The value of the second job.
    const both = group?.families.find(({ name }) => name === 'post_both_total');
    if (method === 'POST') expect(both?.samples.map(({ value }) => value)).toEqual([3]);
  });

  test.each([
    ['by the job, at its end', {}, 'await metrics.forceFlush(); await group.deleteGroup();'],
    ['at the shutdown', { deleteOnShutdown: true }, 'await metrics.shutdown();'],
  ])('deletes a group %s, and keeps the neighboring group', async (title, options, last) => {
    const groupingKey = { title: `${title}/ü` };
    await run(job(['deleted.rows'], { groupingKey }));
    await run(job(['kept.rows'], { groupingKey: { ...groupingKey, kept: '' } }));
    expect(namesIn(await groupWith({ job: 'nightly', ...groupingKey }))).toEqual(['deleted_rows_total']);
    await run(job(['deleted.rows'], { ...options, groupingKey }, last));
    await expect.poll(() => groupWith({ job: 'nightly', ...groupingKey }), { timeout: 10_000 }).toBeUndefined();
    expect(namesIn(await groupWith({ job: 'nightly', ...groupingKey, kept: '' }))).toEqual(['kept_rows_total']);
  });

  /** Starts a provider that pushes to a group of the gateway. */
  function startPushing(options: PushgatewayInput, resource = hostileResource) {
    const warnings: string[] = [];
    const defaults = Object.entries(pushgatewayKind.options).map(([name, option]) => [name, option.default]);
    const backend = pushgatewayKind.start(
      { ...Object.fromEntries(defaults), url: gateway.url, ...options },
      {
        clock: { nowUnixMs: () => Date.now(), monotonicMs: () => performance.now() },
        exportIntervalMs: undefined,
        exportTimeoutMs: 10_000,
        chosenBy: 'code',
        name: 'pushgateway',
        onDelivery() {},
        statuses: () => [backend.status()],
        warn: (message) => warnings.push(message),
      },
    );
    const provider = new MeterProvider({
      readers: [backend.reader],
      views: viewsOfEveryKind,
      resource: resourceFromAttributes(resource),
    });
    stop = () => provider.shutdown().catch(() => undefined);
    return { provider, warnings, backend };
  }

  const hasUnpredictableLabels = ({ name }: ReadSample) => name === 'hostile_alike' || name === 'hostile_empty';
  const isNative = ({ name }: ReadSample) => name.startsWith('kinds_exponential');

  test.each<[Format, PushgatewayInput]>([
    ['text', { format: 'text' }],
    ['text', { format: 'text', compression: 'gzip' }],
    ['protobuf', { format: 'protobuf' }],
  ])('stores every hostile recording unchanged, in %s %j', async (format, options) => {
    const groupingKey = { way: `/${JSON.stringify(options)}`, empty: '', odd: '.. "\\\n\0 ü🚀 %2F?#' };
    const { provider, warnings } = startPushing({ job: 'hostile/..', groupingKey, ...options });
    recordEveryKind(provider);
    recordHostile(provider);
    await provider.forceFlush();
    expect(warnings.filter((warning) => !warning.includes('series whose labels are equal'))).toEqual([]);

    const group = await groupWith({ job: 'hostile/..', ...groupingKey });
    const read = group?.families.flatMap(({ samples }) => samples) ?? [];
    const recorded = [...samplesOfHostile('otelier', format), ...samplesOfEveryKind(format)];
    const target = { name: 'target_info', labels: hostileResourceLabels, value: 1 };
    const known = read.filter(
      (sample) => !hasUnpredictableLabels(sample) && !(format === 'protobuf' && isNative(sample)),
    );
    expect(samplesOf(known)).toEqual(samplesOf([...recorded, target]));
    const numbers = (name: string) => numbersOf(samplesOf(read.filter((sample) => sample.name === name)));
    expect(numbers('hostile_alike')).toEqual(alikeValues);
    expect(numbers('hostile_empty')).toEqual(emptyValues);
    const types = Object.fromEntries(group?.families.map(({ name, type }) => [name, type]) ?? []);
    for (const [name, type] of typesOfEveryKind.filter(([name]) => !name.includes('announced'))) {
      expect(types[type === 'counter' ? `${name}_total` : name]).toBe(type);
    }
  });

  test('accepts series that differ only in a label of the group', async () => {
    const { provider } = startPushing({ job: 'alike', groupingKey: { instance: 'w' } });
    const rows = provider.getMeter('m').createCounter('alike.rows');
    for (const [index, name] of ['a', 'b', 'c'].entries()) rows.add(index + 1, { job: name, instance: `${index}` });
    await provider.forceFlush();
    const group = await groupWith({ job: 'alike', instance: 'w' });
    const samples = group?.families.find(({ name }) => name === 'alike_rows_total')?.samples ?? [];
    expect(samples.map(({ labels, value }) => [labels['exported_job'], labels['exported_instance'], value])).toEqual([
      ['a', '0', 1],
      ['b', '1', 2],
      ['c', '2', 3],
    ]);
  });

  test('rejects a metric that contradicts another group, and reports the reason', async () => {
    const first = startPushing({ job: 'first' }).provider;
    first.getMeter('m').createUpDownCounter('contradictory').add(1);
    await first.forceFlush();
    await first.shutdown();
    const { provider, warnings, backend } = startPushing({ job: 'second', withoutTargetInfo: true });
    provider.getMeter('m').createHistogram('contradictory').record(1);
    await expect(provider.forceFlush()).rejects.toThrow(
      /^HTTP 400: collected metric "contradictory" is not a (GAUGE|HISTOGRAM)$/,
    );
    expect(backend.status()).toMatchObject({ state: 'failing', points: { exported: 0, dropped: { refused: 1 } } });
    expect(warnings.filter((message) => /export to .* failed: HTTP 400/.test(message))).toHaveLength(1);
    expect(await groupWith({ job: 'second' })).toMatchObject({ families: [] });
  });
});
