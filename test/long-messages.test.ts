/** Messages with long names, addresses and reasons: lines of the log of at most 200 characters, with the consequence and the remedy. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  instrumentsOf,
  oneOf,
  startMetrics,
  stateSet,
  text,
} from 'otelier';
import { openAccount } from 'otelier/backends';
import { MeterProvider } from 'otelier/engine';
import { gateway } from 'otelier/packs/gateway';
import { InMemoryReader } from 'otelier/testing';
import { expect, test } from 'vitest';
import { deliverAtExit } from '../src/start/at-exit.js';
import { ExitLog } from '../src/start/exit-log.js';
import { otherProviderWarning } from '../src/start/process/global-provider.js';
import { refused } from '../src/start/process/later-registration.js';

const long = (start: string, end = '') => `${start}${'x'.repeat(300)}${end}`;
const host = long('http://', '.example:4318');
const none = { OTEL_METRICS_EXPORTER: 'none' };

/** Returns what `work` logs. */
async function messagesOf(work: (warn: (message: string) => void) => unknown): Promise<string[]> {
  const messages: string[] = [];
  const log = (message: string) => messages.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  await work(log);
  diag.disable();
  return messages;
}

const start =
  (environment: Record<string, string>, options: object = {}) =>
  async () => {
    const metrics = startMetrics({ isolated: true, environment, shutdownTimeoutMs: 1, ...options });
    await metrics.ready.catch(() => undefined);
    await metrics.shutdown();
  };

/** An account with a long address. */
const account = (warn: (message: string) => void) =>
  openAccount({
    name: 'otlp/2',
    clock: { nowUnixMs: () => 0, monotonicMs: () => 0 },
    where: () => `${host}/v1/metrics`,
    warn,
    onDelivery: () => undefined,
    settings: { endpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT', disable: 'OTEL_METRICS_EXPORTER=none' },
  });

/** Records into metrics of a catalogue with self-metrics, whose name is part of the messages. */
async function record(act: (handles: ReturnType<typeof handlesOf>) => void): Promise<void> {
  const metrics = startMetrics({ environment: {}, readers: [new InMemoryReader()] });
  act(handlesOf());
  await metrics.shutdown();
}

const described = { unit: '1', description: 'A metric.' };
const states = Array.from({ length: 30 }, (_, index) => `state-${index}`);
const catalogue = defineCatalogue({
  orders: counter({
    ...described,
    name: long('shop.').slice(0, 200),
    attributes: { [long('channel').slice(0, 200)]: oneOf(...states), region: text({ limit: 1 }) },
  }),
  regions: counter({ ...described, name: 'shop.regions', attributes: { region: text({ limit: 1 }) } }),
  phase: stateSet({ name: 'app.phase', description: 'Phase.', states }),
  tight: gauge({ ...described, name: long('tight').slice(0, 200), cardinalityLimit: 1, attributes: { a: text() } }),
});
const handlesOf = () =>
  instrumentsOf(catalogue) as unknown as Record<
    'orders' | 'regions' | 'phase' | 'tight',
    Record<'add' | 'set', (...args: unknown[]) => void>
  >;

const at = { frame: '', position: long('/app/', '/server.js:12') };

test.each<[title: string, work: (warn: (message: string) => void) => unknown, pattern: RegExp]>([
  [
    'a failed export',
    (warn) => {
      const it = account(warn);
      it.began();
      it.failed(long('connect ECONNREFUSED '), 'unavailable');
    },
    /failed: ECONNREFUSED x.*; will retry; set OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_METRICS_EXPORTER=none$/,
  ],
  [
    'a recovered export',
    (warn) => {
      const it = account(warn);
      it.failed(long('reason '));
      it.succeeded();
    },
    /succeed again; last failure: reason x+…x+$/,
  ],
  [
    'rejected points',
    (warn) => account(warn).rejected(5, long('quota ')),
    /rejected 5 data points: quota .*; not retried$/,
  ],
  [
    'failed callbacks',
    (warn) => account(warn).callbackErrors([new Error(long('callback '))]),
    /; the affected series are missing; other metrics are not affected$/,
  ],
  [
    'values lost at the exit',
    () =>
      deliverAtExit(
        [
          {
            name: 'otlp',
            reader: { undelivered: () => 3 },
            status: () => ({ state: 'failing', url: host, reason: long('HTTP 404: ') }),
            remedy: () => 'check the path in OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
          } as never,
        ],
        { spooled: false, opened: new Set(), isUncaught: false, log: new ExitLog() },
      ),
    /^exit: lost the last values of 3 metrics for otlp h.*18: HTTP 404: x.*; check the path in OTEL_\w+$/,
  ],
  ['an unknown variable', start({ ...none, [long('OTELIER_')]: '1' }), /^OTELIER_x.*: unknown variable; ignored$/],
  [
    'a doubled path',
    start({ OTEL_EXPORTER_OTLP_ENDPOINT: `${host}/v1/metrics` }),
    /metrics go to http:\/\/x.*\/v1\/metrics: .* or set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT$/,
  ],
  [
    'the preset grafana-cloud',
    start({ OTELIER_OTLP_PRESET: 'grafana-cloud', GRAFANA_CLOUD_INSTANCE_ID: '1', GRAFANA_CLOUD_API_KEY: 'k' }),
    /^preset grafana-cloud: set GRAFANA_CLOUD_OTLP_ENDPOINT or .*, such as https:.*; no preset headers until then$/,
  ],
  [
    'an invalid endpoint',
    start({ OTEL_EXPORTER_OTLP_ENDPOINT: long('htp://', '.example') }),
    /^OTEL_EXPORTER_OTLP_ENDPOINT: got "htp:.*e".*; ignored; using http:\/\/localhost:4318\/v1\/metrics$/,
  ],
  [
    'an invalid endpoint with the scheme of gRPC',
    start({ OTEL_EXPORTER_OTLP_ENDPOINT: long('grpc://', '.example') }),
    /^OTEL_EXPORTER_OTLP_ENDPOINT: got "grpc:.*xample", expected http:\/\/ with port 4318, or with OTEL_EXPORTER_OTLP_PROTOCOL=grpc; /,
  ],
  [
    'a long value that is used instead',
    start({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'c', OTEL_EXPORTER_OTLP_ENDPOINT: host }),
    /; ignored; using http:\/\/x.*metrics \(OTEL_EXPORTER_OTLP_ENDPOINT\)$/,
  ],
  [
    'the port of gRPC with a path',
    start({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: `http://c:4317/${long('p')}` }),
    /only scheme, host and port; ignored: path \/px.*; send credentials as headers$/,
  ],
  [
    'a path of a Pushgateway',
    start({ OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: `${host}/metrics/job/${long('j')}` }),
    /which is appended; remove \/metrics\/job\/j/,
  ],
  [
    'a spool folder',
    start({ OTELIER_SPOOL_DIR: long('/dev/null/', '/spool') }),
    /cannot use spool folder …x.*\/spool \(spoolDirectory, OTELIER_SPOOL_DIR\): .*; undelivered points are kept in memory only$/,
  ],
  [
    'exporters that none disables',
    start(
      { OTEL_METRICS_EXPORTER: 'none' },
      {
        backends: Array.from({ length: 9 }, () => ({
          kind: { name: 'prometheus', options: {}, start: () => undefined },
          input: {},
        })),
      },
    ),
    /also set OTELIER_METRICS_EXPORTER=prometheus$/,
  ],
  [
    'a value that is not declared',
    () => record(({ orders }) => orders.add(1, { [long('channel').slice(0, 200)]: long('fax'), region: 'eu' })),
    /as _OTHER: got "fa.*, expected st.*; counted as attribute_other; logged once per metric$/,
  ],
  [
    'a limit of values',
    () =>
      record(({ regions }) => {
        for (const region of ['a', 'b']) regions.add(1, { region });
      }),
    /recorded attribute "region" as _OTHER: its limit of 1 values is reached; counted as attribute_other; logged once per metric$/,
  ],
  [
    'a state that is not declared',
    () => record(({ phase }) => phase.set(long('nap'))),
    /ignored state "napx.*expected state-0, .*logged once per metric$/,
  ],
  [
    'an attribute that is not declared',
    () =>
      record(({ orders }) =>
        orders.add(1, { [long('user')]: 1, region: 'eu', [long('channel').slice(0, 200)]: 'state-0' }),
      ),
    /dropped attribute "userx.*: it is not declared; counted as attribute_undeclared; logged once per metric$/,
  ],
  [
    'a cardinality limit',
    () =>
      record(({ tight }) => {
        for (const a of ['1', '2', '3']) tight.set(1, { a });
      }),
    /cardinality limit of 1 series reached.*; new sets are dropped; record fewer values or raise cardinalityLimit$/,
  ],
  [
    'a conflict of instruments',
    () => {
      const meter = new MeterProvider().getMeter('m');
      meter.createCounter(long('a'));
      meter.createHistogram(long('a'));
    },
    /both are exported under one name; rename one of them$/,
  ],
  [
    'more instruments than allowed',
    () => {
      const meter = new MeterProvider({ maxInstruments: 1 }).getMeter('m');
      meter.createCounter(long('a'));
      meter.createCounter(long('b'));
    },
    /new instruments record nothing: record the part that varies as an attribute; logged once$/,
  ],
  ['a second provider', (warn) => warn(refused(at)), /refused \(…x.*\/server\.js:12\): .*OTELIER_METRICS_EXPORTER$/],
  ['another provider', (warn) => warn(otherProviderWarning()), /OTELIER_METRICS_EXPORTER$/],
  [
    'options of a later start',
    async () => {
      const metrics = startMetrics({ environment: none });
      startMetrics({
        environment: none,
        serviceName: 'x',
        exportIntervalMs: 1,
        exportTimeoutMs: 2,
        spoolDirectory: '/x',
        spoolMaxBytes: 70_000,
        spoolMaxAgeMs: 1,
        maxRetryAfterMs: 1,
        exemplarFilter: 'always_on',
        maxInstruments: 1,
        maxScopes: 1,
        withoutSelfMetrics: true,
        logLevel: 'error',
        shutdownTimeoutMs: 1,
      });
      await metrics.shutdown();
    },
    /options that differ are ignored: serviceName.*shutdownTimeoutMs$/,
  ],
  [
    'a pack with other options',
    async () => {
      const metrics = startMetrics({ environment: none, packs: { one: gateway() } });
      startMetrics({ packs: { two: gateway({ auditCapacity: 16 }) } as never });
      await metrics.shutdown();
    },
    /pack "gateway" is already running with other options/,
  ],
])('%s', async (_, work, pattern) => {
  const messages = await messagesOf(work);
  expect(messages.filter((message) => message.length > 183)).toEqual([]);
  expect(messages).toContainEqual(expect.stringMatching(pattern));
});

test('the message about one histogram without buckets', async () => {
  const wait = histogram({ ...described, unit: '{item}', name: long('wait').slice(0, 250) });
  const messages = await messagesOf(start(none, { catalogues: { shop: defineCatalogue({ wait }) } }));
  expect(messages).toEqual([
    expect.stringMatching(
      /^waitx.*: expected buckets, or aggregation 'exponential'; unit \{item\} has no default, so bounds from 0 to 10000 apply$/,
    ),
  ]);
});
