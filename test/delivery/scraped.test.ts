/** Messages about a backend that is scraped: they are about scrapes, not about exports. */
import { startMetrics } from 'otelier';
import { openAccount } from 'otelier/backends';
import { mountedPrometheus, prometheus } from 'otelier/backends/prometheus';
import { describe, expect, test } from 'vitest';
import { Shedding } from '../../src/delivery/shedding/shedding.js';
import { captureWarnings } from '../support/warnings.js';

const clock = { nowUnixMs: () => 0, monotonicMs: () => 0 };
const wordsOfExports = /export|retr|deliver|its destination/i;

function accountOf(where: () => string | undefined) {
  const messages: string[] = [];
  const warn = (message: string) => messages.push(message);
  const account = openAccount({ name: 'prometheus', clock, where, warn, onDelivery: () => undefined, pull: true });
  return { account, messages };
}

describe.each<[title: string, url: string | undefined, at: string]>([
  ['an own server', 'http://localhost:9464/metrics', ' at http://localhost:9464/metrics'],
  ['a server of the application', undefined, ''],
])('%s', (_, url, at) => {
  test('a failure and the recovery', () => {
    const { account, messages } = accountOf(() => url);
    for (const reason of ['the callback hangs', 'the callback hangs', undefined]) {
      account.began();
      if (reason === undefined) account.succeeded();
      else account.failed(reason);
    }
    expect(messages).toEqual([
      `prometheus: scrape${at} failed: the callback hangs; answered without metrics; logged once`,
      `prometheus: scrapes${at} succeed again; last failure: the callback hangs`,
    ]);
  });

  test('failed callbacks and load shedding', () => {
    const { account, messages } = accountOf(() => url);
    account.callbackErrors([new Error('broken')]);
    const shedding = new Shedding(100, account, 'scrape');
    for (const durationMs of [100, 0, 0, 0]) shedding.delivered(durationMs);
    expect(messages).toEqual([
      'prometheus: incomplete collection: broken; the affected series are missing; other metrics are not affected',
      'prometheus: load shedding: a scrape took 100 of 100 ms; dropping exemplars until scrapes are faster',
      'prometheus: load shedding: scrapes are fast again; nothing is dropped',
    ]);
    expect(messages.filter((message) => wordsOfExports.test(message))).toEqual([]);
  });
});

test('a scrape after the shutdown: the log and the response name the reason', async () => {
  const warnings = captureWarnings();
  const endpoint = mountedPrometheus();
  const metrics = startMetrics({ isolated: true, environment: {}, backends: [endpoint] });
  await metrics.ready;
  await metrics.shutdown();
  for (let scrape = 0; scrape < 2; scrape++) {
    const response = await endpoint.fetch(new Request('http://localhost/metrics'));
    expect([response.status, await response.text()]).toEqual([503, 'Metrics were shut down.\n']);
  }
  expect(warnings).toEqual([
    'prometheus: scrape failed: metrics were shut down; answered without metrics; logged once',
  ]);
});

test('a shutdown that does not finish loses nothing', async () => {
  const warnings = captureWarnings();
  const own = prometheus({ port: 0 });
  const kind = {
    ...own.kind,
    start(...[values, context]: Parameters<typeof own.kind.start>) {
      const backend = own.kind.start(values, context);
      const { shutdown } = backend.reader;
      backend.reader.shutdown = () => {
        void shutdown.call(backend.reader);
        return new Promise<void>(() => {});
      };
      return backend;
    },
  };
  const backends = [{ kind, input: own.input }];
  const metrics = startMetrics({ isolated: true, environment: {}, backends, shutdownTimeoutMs: 1 });
  await metrics.ready;
  await metrics.shutdown();
  expect(warnings).toEqual([
    'prometheus: shutdown did not finish within 1 ms; its port may stay in use until the process ends; ' +
      'raise shutdownTimeoutMs (OTELIER_SHUTDOWN_TIMEOUT)',
  ]);
});
