/** A failed delivery that drops points is one line, with its cause first. */
import { openAccount } from 'otelier/backends';
import { expect, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

function accountWith() {
  const messages: string[] = [];
  const account = openAccount({
    name: 'otlp',
    clock: { nowUnixMs: () => 0, monotonicMs: () => 0 },
    where: () => 'http://c:4318/v1/metrics',
    warn: (message) => messages.push(message),
    onDelivery: () => undefined,
  });
  return { account, messages };
}

const drop = (count: number, reason: string) =>
  `otlp: dropped ${count} data point${count === 1 ? '' : 's'}: ${reason}; counted in status(); logged once per cause`;
const failed = (end: string) => `otlp: export to http://c:4318/v1/metrics failed: ${end}; logged once`;

type Account = ReturnType<typeof accountWith>['account'];

test.each<[title: string, act: (account: Account) => void, messages: string[]]>([
  [
    'the last delivery',
    (it) => {
      it.began();
      it.dropped(21, 'closed');
      it.failed('refused', 'closed');
    },
    ['otlp: export to http://c:4318/v1/metrics failed: refused; dropped 21 data points at the shutdown'],
  ],
  [
    'a refused delivery of two requests',
    (it) => {
      it.began();
      it.dropped(2, 'refused');
      it.dropped(3, 'refused');
      it.failed('HTTP 400', 'refused');
    },
    [failed('HTTP 400; dropped 5 data points; not retried')],
  ],
  [
    'a cause of its own',
    (it) => {
      it.began();
      it.dropped(1, 'too large');
      it.failed('HTTP 503', 'unavailable');
    },
    [failed('HTTP 503; will retry'), drop(1, 'a single point exceeds the maximum request size')],
  ],
  [
    'the last delivery of many that failed',
    (it) => {
      it.began();
      it.failed('HTTP 503', 'unavailable');
      it.began();
      it.dropped(4, 'closed');
      it.failed('HTTP 503', 'closed');
    },
    [failed('HTTP 503; will retry'), drop(4, 'the backend was closed before they were delivered')],
  ],
  [
    'a drop in a delivery that succeeds',
    (it) => {
      it.began();
      it.dropped(1, 'too large');
      it.succeeded();
    },
    [drop(1, 'a single point exceeds the maximum request size')],
  ],
  [
    'drops without a delivery',
    (it) => {
      it.dropped(1, 'too old');
      it.dropped(2, 'too old');
    },
    [drop(1, 'they exceeded the maximum age')],
  ],
])('%s', (_, act, expected) => {
  const { account, messages } = accountWith();
  act(account);
  expect(messages).toEqual(expected);
});

test('drops are counted at once', () => {
  const { account } = accountWith();
  account.began();
  account.dropped(2, 'closed');
  expect(account.status().points.dropped).toEqual({ closed: 2 });
});

test('a program that ends by a signal prints one line for each backend', async () => {
  const peer = await startHttpPeer();
  await peer.close();
  const source = `import { counter, defineCatalogue, startMetrics } from 'otelier';
    const shop = defineCatalogue({ orders: counter({ name: 'orders', unit: '1', description: 'Orders.' }) });
    const metrics = startMetrics({ catalogues: { shop } });
    await metrics.ready;
    metrics.shop.orders.add(1);
    setInterval(() => {}, 1_000);
    process.kill(process.pid, 'SIGTERM');`;
  const { stderr } = await startApp(source, {
    OTEL_METRICS_EXPORTER: 'otlp,pushgateway',
    OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
    OTELIER_PUSHGATEWAY_URL: peer.url,
  }).end;
  const lines = stderr.trim().split('\n').sort();
  const end = 'dropped \\d+ data points? at the shutdown; check \\w+$';
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`otlp: export to .* failed: ECONNREFUSED .*; ${end}`)),
    expect.stringMatching(new RegExp(`pushgateway: export to .* failed: ECONNREFUSED .*; ${end}`)),
  ]);
});
