/** The host to listen on, as often misread: with a port, a scheme, quotes or blanks; and hosts that cannot be listened on. */
import { MetricsError, type StartSettings, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { prometheusOptions } from '../../../src/backends/prometheus/options.js';
import { startScrapeServer } from '../../../src/backends/prometheus/scrape-server.js';
import { resolveOptions } from '../../../src/options/resolve.js';

const variable = 'OTEL_EXPORTER_PROMETHEUS_HOST';
const port = 'OTEL_EXPORTER_PROMETHEUS_PORT';

/** Returns the host that a variable sets, and the warnings about it. */
function inVariable(text: string) {
  const { values, warnings } = resolveOptions('prometheus.', prometheusOptions, {}, { [variable]: text });
  return { host: values.host, warnings };
}

/** Returns the problems of a host in code. */
function inCode(host: unknown): string {
  const options: StartSettings = { isolated: true, environment: {}, backends: [prometheus({ host: host as string })] };
  try {
    void startMetrics(options).shutdown();
    return '';
  } catch (error) {
    return (error as MetricsError).message.split('\n')[1] ?? '';
  }
}

test.each([
  ['localhost:9464', 'port', 'localhost', '9464'],
  ['0.0.0.0:8080', 'port', '0.0.0.0', '8080'],
  ['[::1]:9464', 'port', '[::1]', '9464'],
  [':9464', 'port', 'localhost', '9464'],
  ['9464', 'port', 'localhost', '9464'],
  ['http://localhost', 'scheme', 'localhost', undefined],
  ['http://localhost:9464', 'scheme, port', 'localhost', '9464'],
  ['//localhost:9464', 'scheme, port', 'localhost', '9464'],
  ['https://m.io:9464/metrics', 'scheme, port, path', 'm.io', '9464'],
  ['localhost/metrics', 'path', 'localhost', undefined],
  ['"localhost"', 'quotes', 'localhost', undefined],
  ["'localhost:9464'", 'quotes, port', 'localhost', '9464'],
  ['" localhost "', 'quotes, blanks', 'localhost', undefined],
  ['local host', 'blanks', 'localhost', undefined],
])('%j holds more than a host: %s', (text, found, host, foundPort) => {
  const only = `expected a host without ${found}: ${host}`;
  const inEnvironment = foundPort === undefined ? '' : ` with ${port}=${foundPort}`;
  expect(inVariable(text)).toEqual({
    host: 'localhost',
    warnings: [`${variable}: got ${JSON.stringify(text)}, ${only}${inEnvironment}; ignored; using localhost`],
  });
  const option = foundPort === undefined ? '' : ` with port: ${foundPort}`;
  expect(inCode(text)).toBe(`  - prometheus.host: got ${JSON.stringify(text)}, ${only}${option}`);
});

test.each(['*', '+', 'a,b', 'host!', '[::1', '::1]', '$HOST'])('%j is no host', (text) => {
  expect(inVariable(text).warnings).toEqual([
    `${variable}: got ${JSON.stringify(text)}, expected a host name or address; ignored; using localhost`,
  ]);
});

test.each([' localhost', 'localhost ', '\tlocalhost\n'])('%j: blanks around a host count in code only', (text) => {
  expect(inVariable(text)).toEqual({ host: 'localhost', warnings: [] });
  expect(inCode(text)).toContain('expected a host without blanks: localhost');
});

test.each([[7], [null], [''], [{}]])('%j in code is no host', (value) => {
  expect(inCode(value)).toContain('expected a host name or address');
});

test('a URL is shown without its password and its token', () => {
  const { warnings } = inVariable('http://me:s3cret-word@localhost:9464/?token=s3cret-word');
  expect(warnings).toEqual([expect.stringContaining(`without scheme, user, port, path: localhost with ${port}=9464`)]);
  expect(warnings.join()).not.toContain('s3cret');
});

test.each([
  'localhost',
  'metrics.example',
  'my_host-1.example.',
  '0.0.0.0',
  '127.0.0.1',
  '::',
  '::1',
  '[::1]',
  'fe80::1%eth0',
  '::ffff:127.0.0.1',
  'bücher.example',
])('%j is a host', (text) => {
  expect(inVariable(text)).toEqual({ host: text, warnings: [] });
});

/** Returns the problem of listening; the server is closed. */
async function listenProblem(host: string, listenPort: number): Promise<string> {
  const handler = () => Promise.reject(new Error('not called'));
  const security = { tls: undefined, admitsClient: () => true };
  const server = startScrapeServer(host, listenPort, security, { handle: handler, upgrade: handler }, {} as never);
  const error: unknown = await server.listening.catch((reason) => reason);
  await server.close();
  return error instanceof MetricsError ? (error.message.split('\n')[1] ?? '') : 'listens';
}

test('a host that does not exist, or is another machine, is named with what is expected', async () => {
  expect(await listenProblem('metrics.invalid', 0)).toMatch(
    /^ {2}- prometheus\.host: got "metrics\.invalid", expected a host only, with the name or address of this machine; no such name \(E\w+\)$/,
  );
  expect(await listenProblem('192.0.2.1', 0)).toBe(
    '  - prometheus.host: got "192.0.2.1", expected localhost or another address of this machine (EADDRNOTAVAIL)',
  );
});
