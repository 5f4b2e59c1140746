/** Cuts in long messages: causes, remedies, quotes, names of variables and default addresses stay whole. */
import { counter, defineCatalogue, gauge, oneOf, startMetrics, text } from 'otelier';
import { openAccount } from 'otelier/backends';
import { prometheus } from 'otelier/backends/prometheus';
import { InMemoryReader } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { cut } from '../../src/errors/cut.js';
import { fit } from '../../src/errors/fit.js';
import { renderConsequence } from '../../src/errors.js';
import { deliverAtExit } from '../../src/start/at-exit.js';
import { ExitLog } from '../../src/start/exit-log.js';
import { captureWarnings } from '../support/warnings.js';

const longest = 183;

describe('a loss at the exit', () => {
  /** Returns the line about a backend that fails. */
  function lineOf(url: string, reason: string, waiting = 0, remedy?: string): string {
    const warnings = captureWarnings();
    const backend = {
      name: 'otlp',
      reader: { undelivered: () => 2 },
      status: () => ({ state: 'failing', url, reason, waiting: { points: waiting } }),
      remedy: () => remedy,
    };
    deliverAtExit([backend as never], { spooled: false, opened: new Set(), isUncaught: false, log: new ExitLog() });
    return warnings[0] ?? '';
  }
  const noTls = 'the server does not use TLS; perhaps http://localhost:4390';
  const noHttp1 = 'the server does not speak HTTP/1.1; use the port of HTTP, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc';
  const start = 'exit: lost the last values of 2 metrics for otlp';

  test.each<[url: string, reason: string]>([
    ['https://localhost:4390/v1/metrics', noTls],
    ['http://localhost:4390/v1/metrics', noHttp1],
    ['http://localhost:4318/v1/metrics', noHttp1],
    ['http://localhost:4318/v1/metrics', `${'r'.repeat(96)} end`],
  ])('a line that fits is whole: %s, %s', (url, reason) => {
    const line = `${start} ${url}: ${reason}`;
    expect(line.length).toBeLessThanOrEqual(longest);
    expect(lineOf(url, reason)).toBe(line);
  });

  test.each<[url: string, reason: string]>([
    [`https://collector.${'x'.repeat(200)}.example:4390/v1/metrics`, noTls],
    ['https://collector.observability.example:4390/v1/metrics', noHttp1],
  ])('a long destination is cut before the reason: %s, %s', (url, reason) => {
    const line = lineOf(url, reason);
    expect(line.length).toBeLessThanOrEqual(longest);
    expect(line).toMatch(
      /^exit: lost the last values of 2 metrics for otlp https:\/\/coll.*:4390\/(?:….*|v1\/metrics): /,
    );
    expect(line.endsWith(reason.slice(-32))).toBe(true);
  });

  test.each([0, 12_345])('a long reason is cut last: the default address and the remedy stay; %s points', (waiting) => {
    const remedy = 'check the path in OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';
    const line = lineOf('http://localhost:4318/v1/metrics', `HTTP 404: ${'r'.repeat(200)}`, waiting, remedy);
    expect(line).toMatch(/for otlp http:\/\/localhost:4318\/v1\/metrics: HTTP 404.*…r+; check/);
    expect(line.endsWith(`; ${remedy}`)).toBe(true);
    expect(line.length).toBeLessThanOrEqual(200);
  });
});

describe('a failed export', () => {
  /** Returns the line about a failure with the default address. */
  function lineOf(reason: string, kind: 'unavailable' | 'kept' | 'refused', points = 0): string {
    const lines: string[] = [];
    const account = openAccount({
      name: 'otlp',
      clock: { nowUnixMs: () => 0, monotonicMs: () => 0 },
      where: () => 'http://localhost:4318/v1/metrics',
      warn: (line) => lines.push(line),
      onDelivery: () => undefined,
      settings: { endpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT', disable: 'OTEL_METRICS_EXPORTER=none' },
    });
    account.began();
    if (points > 0) account.dropped(points, 'refused');
    account.failed(reason, kind);
    return lines[0] ?? '';
  }
  const remedy = 'set OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_METRICS_EXPORTER=none';
  const refused = 'connect ECONNREFUSED 127.0.0.1:4318';
  const start = 'otlp: export to http://localhost:4318/v1/metrics failed:';

  test.each<[reason: string, kind: 'unavailable' | 'kept' | 'refused', points: number, line: RegExp]>([
    [refused, 'unavailable', 0, /: ECONNREFUSED 127\.0\.0\.1:4318; will retry; logged once; /],
    [refused, 'kept', 0, /: ECONNREFUSED 127\.0\.0\.1:4318; kept; will retry; /],
    ['HTTP 404: broken', 'refused', 12, /: HTTP 404: broken; dropped 12 points; not retried; /],
    [`HTTP 404: ${'x'.repeat(300)}`, 'unavailable', 0, /: HTTP 404: x+…x+; will retry; /],
  ])('%s, %s', (reason, kind, points, pattern) => {
    const line = lineOf(reason, kind, points);
    expect(line.startsWith(start)).toBe(true);
    expect(line).toMatch(pattern);
    expect(line.endsWith(`; ${remedy}`)).toBe(true);
    expect(line.length).toBeLessThanOrEqual(longest);
  });
});

describe('host and port stay whole', () => {
  const answer = `HTTP 400: {"code":3,"message":"${'x'.repeat(100)}"}`;
  const hosts = [
    'localhost:40701',
    '10.112.113.114:40701',
    '[fe80::202:b3ff:fe1e:8329]:40701',
    '[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:40701',
    'otlp-gateway-prod-eu-west-0.grafana.example',
    'opentelemetry-collector.observability.svc.cluster.local:4318',
  ];
  const paths = ['/v1/metrics', '/api/v1/otlp/v1/metrics', `/metrics/job/${'j'.repeat(50)}/instance/worker`];
  const names = ['otlp', 'otlp/2', 'datadog', 'pushgateway'];
  const table = names.flatMap((name) =>
    hosts.flatMap((host) =>
      paths.flatMap((path) => ['http', 'https'].map((scheme) => ({ name, url: `${scheme}://${host}${path}` }))),
    ),
  );

  /** Returns the lines of an account whose export was refused, failed, was kept, recovered, and had rejected points. */
  function linesOf(name: string, url: string): string[] {
    const lines: string[] = [];
    const account = openAccount({
      name,
      clock: { nowUnixMs: () => 0, monotonicMs: () => 0 },
      where: () => url,
      warn: (line) => lines.push(line),
      onDelivery: () => undefined,
      settings: { endpoint: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT' },
    });
    for (const [reason, kind] of [
      [answer, 'refused'],
      [answer.replace('400', '404'), 'refused'],
      [answer.replace('400', '503'), 'unavailable'],
      ['connect ECONNREFUSED 10.112.113.114:40701', 'kept'],
      ['HTTP 200, but the response is an HTML page: Sign in', 'closed'],
    ] as const) {
      account.began();
      if (kind === 'refused') account.dropped(12_345, 'refused');
      account.failed(reason, kind);
      account.succeeded();
    }
    account.rejected(5, answer);
    return lines;
  }

  test.each(table)('$name: $url', ({ name, url }) => {
    const lines = linesOf(name, url);
    expect(lines).toHaveLength(11);
    const { origin } = new URL(url);
    const shownOrigin = url.startsWith(origin) ? origin : url.slice(0, url.indexOf('/', 8));
    for (const line of lines) {
      expect(line).toContain(`${shownOrigin}/`);
      expect(line).toMatch(/HTTP \d|ECONNREFUSED/);
      expect(line.length).toBeLessThanOrEqual(longest);
    }
  });

  test('the path is cut first, from its start', () => {
    expect(linesOf('otlp', 'http://localhost:40701/v1/metrics')[0]).toMatch(
      /^otlp: export to http:\/\/localhost:40701\/….* failed: HTTP 400: \{"code":3,/,
    );
  });

  test.each(['https', 'http'])('a host that fills the line is cut, but not its port: %s', (scheme) => {
    for (const line of linesOf('otlp', `${scheme}://${'h'.repeat(250)}.example:40701/v1/metrics`)) {
      expect(line).toMatch(new RegExp(`${scheme}://h+…[^ ]*e:40701/(?:…|v1/metrics )`));
      expect(line.length).toBeLessThanOrEqual(longest);
    }
  });

  test.each([8, 16, 22, 23, 24, 25, 32, 60])('cut to %s characters, no other host or port is shown', (length) => {
    const url = `http://localhost:40701/${'segment/'.repeat(10)}metrics`;
    for (const text of [
      url,
      `"${url}"`,
      `sent to ${url} in vain`,
      `ECONNREFUSED 10.112.113.114:40701 ${'x'.repeat(80)}`,
    ]) {
      const shown = cut(text, length);
      for (const [, port] of shown.matchAll(/:(\d+)/g)) expect(port).toBe('40701');
    }
  });

  test('a value in a warning', () => {
    const value = `http://localhost:40701/${'segment/'.repeat(20)}`;
    const line = renderConsequence(
      { where: 'OTEL_EXPORTER_OTLP_ENDPOINT', value, expected: 'x'.repeat(120) },
      '; ignored',
    );
    expect(line).toContain('got "http://localhost:40701/…');
    expect(line.length).toBeLessThanOrEqual(longest);
    const fitted = fit`metrics go to ${value}: ${'r'.repeat(300)}: ${'s'.repeat(100)}`;
    expect(fitted).toContain('http://localhost:40701/…');
    expect(fitted.length).toBeLessThanOrEqual(longest);
  });
});

describe('names of the application', () => {
  let started = 0;
  const key = 'payment.provider.settlement.provider.response.code';
  const described = { unit: '{order}', description: 'Orders.' };
  /** Returns the warnings of calls on metrics with long names. */
  async function warningsOf(name: string, attribute: string, act: (handles: Untyped) => void): Promise<string[]> {
    const catalogue = defineCatalogue({
      orders: counter({ ...described, name, attributes: { [attribute]: oneOf('web', 'app') } }),
      limited: counter({ ...described, name: `${name}.l`, attributes: { [attribute]: text({ limit: 1 }) } }),
      tight: gauge({ ...described, name: `${name}.t`, cardinalityLimit: 2, attributes: { [attribute]: text() } }),
    });
    const metrics = startMetrics({ environment: {}, readers: [new InMemoryReader()], catalogues: { catalogue } });
    const warnings = captureWarnings();
    act(metrics.catalogue as never);
    await metrics.shutdown();
    return warnings;
  }
  type Untyped = Record<
    'orders' | 'limited' | 'tight',
    Record<'add' | 'set' | 'remove' | 'inc', (...args: unknown[]) => void>
  >;

  const names = [
    'shop.checkout.orders.completed.by.channel',
    `shop.${'x'.repeat(60)}.orders`,
    `shop.${'x'.repeat(200)}`,
  ];
  const keys = [key, `${key}.${key}`, 'k'.repeat(200)];
  const acts: readonly [title: string, act: (handles: Untyped, key: string) => void, pattern: RegExp][] = [
    [
      'an undeclared value',
      ({ orders }, k) => orders.add(1, { [k]: 'a long value of a fax machine' }),
      /: recorded attribute "[^"]+" as _OTHER: got "[^"]+", expected web, app; counted /,
    ],
    [
      'an undeclared attribute',
      ({ orders }, k) => orders.add(1, { [k]: 'web', [`${k}.x`]: 1 }),
      /: dropped attribute "[^"]+": it is not declared; counted /,
    ],
    [
      'a missing attribute',
      ({ orders }) => orders.add(1),
      /: recorded without attribute "[^"]+": it is required but missing; counted /,
    ],
    [
      'a limit of values',
      ({ limited }, k) => ['a', 'b'].map((a) => limited.add(1, { [k]: a })),
      /: recorded attribute "[^"]+" as _OTHER: its limit of 1 values is reached; counted /,
    ],
    [
      'a cardinality limit',
      ({ tight }, k) => ['a', 'b', 'c'].map((a) => tight.set(1, { [k]: a })),
      /reached: attribute "[^"]+" has \d values; (?:measurements of )?new .*; record fewer values or raise cardinalityLimit$/,
    ],
    [
      'a removal',
      ({ orders }, k) => orders.remove({ [`${k}.x`]: 1 }),
      /: remove\(\) removed nothing: attribute "[^"]+" is not declared: expected .*; logged once per metric$/,
    ],
    [
      'an unknown call',
      ({ orders }, k) => orders.inc({ [k]: 'web' }),
      /: inc\(\) does not exist: use add\(1, attributes\); counted |: inc\(\).*; counted /,
    ],
  ];
  const table = names.flatMap((name) =>
    keys.flatMap((k) => acts.map(([title, act, pattern]) => ({ title, name, k, act, pattern }))),
  );

  test.each(table)('$title: $name, $k', async ({ name, k, act, pattern }) => {
    // A definition applies until the end of the process.
    const warnings = await warningsOf(name.replace('shop', `shop${started++}`), k, (handles) => act(handles, k));
    const line = warnings.find((warning) => pattern.test(warning));
    expect(line ?? warnings).toMatch(/^(?:counter|gauge) "sho[^"]+": /);
    expect(line).not.toContain('...');
    expect(line?.match(/"/g)?.length).toSatisfy((count: number) => count % 2 === 0);
    expect(line?.length).toBeLessThanOrEqual(longest);
  });

  test('the consequence is short if the names would be cut below 32 characters', async () => {
    const act = ({ orders }: Untyped) => orders.add(1, { 'payment.provider': 'a long value of a fax machine' });
    expect(await warningsOf('shop.orders.completed', 'payment.provider', act)).toContainEqual(
      expect.stringMatching(
        /^counter "shop\.orders\.…leted": recorded attribute "payment\.provider" as _OTHER: got "a long.*machine", expected web, app; counted as attribute_other; logged once per metric$/,
      ),
    );
  });
});

test.each<[host: string]>([
  ['0.0.0.0'],
  ['192.168.1.10'],
  ['192.168.100.100'],
  ['::'],
  ['2001:db8::1'],
  ['metrics.internal.shop.example'],
  [`${'h'.repeat(60)}.example`],
])('the variable of the remedy stays: %s', async (host) => {
  for (const input of [{ host }, {}]) {
    const warnings = captureWarnings();
    const environment = { OTEL_EXPORTER_PROMETHEUS_HOST: host };
    const metrics = startMetrics({ isolated: true, environment, backends: [prometheus(input)] });
    await metrics.ready.catch(() => undefined);
    await metrics.shutdown();
    expect(warnings.join('\n')).toMatch(
      /(?:prometheus\.host|OTEL_EXPORTER_PROMETHEUS_HOST): \S+ is reachable from other machines: set OTELIER_PROMETHEUS_BEARER_TOKENS \(or …ALLOW_UNPROTECTED=true\); closed \[/,
    );
    expect(warnings.every(({ length }) => length <= longest)).toBe(true);
  }
});

// An application may throw a sparse array of millions of items, whose text has as many commas.
test.each<[title: string, unit: string]>([
  ['commas', ','],
  ['letters', 'a'],
  ['words', 'no table '],
  ['hosts with ports', 'h:1 '],
  ['quotes', '"a" '],
  ['a path', '/ab'],
  ['variables', 'A_B '],
])('millions of %s are cut at once, to the same text as thousands', (_, unit) => {
  const [thousands, millions] = [2_000, 4_000_000].map((length) => unit.repeat(Math.ceil(length / unit.length)));
  const say = (reason: string) => fit`source orders: ${reason}; its metrics are absent`;
  expect(say(millions as string)).toBe(say(thousands as string));
  expect(say(millions as string).length).toBeLessThanOrEqual(longest);
  expect(cut(millions as string, 60)).toBe(cut(thousands as string, 60));
});
