import { readFileSync } from 'node:fs';
import { MetricsError, startMetrics } from 'otelier';
import { expect, test } from 'vitest';
import { metricsErrorCodes } from '../src/errors.js';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md explains exactly the existing codes', () => {
  const explained = [...page.matchAll(/^## `(\w+)`$/gm)].map((match) => match[1]);
  expect(explained).toEqual(metricsErrorCodes);
});

test('a message states the error, each problem and the remedy', () => {
  const error = new MetricsError('METRICS_PORT_IN_USE', [
    { where: 'prometheus.port', value: 9464, expected: 'a free port' },
  ]);
  expect(error.message).toBe(
    'The port of the metrics endpoint is in use:\n' +
      '  - prometheus.port: got 9464, expected a free port\n' +
      '  Choose another port (OTEL_EXPORTER_PROMETHEUS_PORT; 0 selects a free port), or stop the other program. [METRICS_PORT_IN_USE]',
  );
  expect(error).toMatchObject({ name: 'MetricsError', code: 'METRICS_PORT_IN_USE' });
});

test('docs/errors.md shows an actual message', () => {
  const options = { isolated: true, environment: {}, exportIntervalMs: 0, servicename: 'shop' };
  expect(() => startMetrics(options)).toThrow(
    expect.objectContaining({ message: /^```\n([\s\S]*?)\n```$/m.exec(page)?.[1] }),
  );
});

test('a long value is cut in its middle', () => {
  const { message } = new MetricsError('METRICS_OPTIONS_INVALID', [
    { where: 'x', value: `http://${'y'.repeat(500)}/end`, expected: 'less' },
  ]);
  expect(message).toMatch(/x: got "http:\/\/y{33}…y{33}\/end", expected less$/m);
});

test.each([
  [[1, Number.POSITIVE_INFINITY], '[1,Infinity]'],
  [Number.NaN, 'NaN'],
  [[Number.NaN, null, undefined], '[NaN,null,nothing]'],
  [['a', 1n, true, { secret: 1 }, [2]], '["a",1n,true,an object (Object),a list]'],
  [
    Array.from({ length: 1_000 }, (_, index) => index % 10),
    '[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,…7,8,9,0,1,2,3,4,5,6,7,8,9]',
  ],
  [Symbol('x'), 'Symbol(x)'],
  [new Map(), 'an object (Map)'],
  [Object.create(null), 'an object (Object)'],
  [startMetrics, 'the function startMetrics'],
])('a value is shown as written: %#', (value, shown) => {
  const { message } = new MetricsError('METRICS_OPTIONS_INVALID', [{ where: 'x', value, expected: 'less' }]);
  expect(message.split('\n')[1]).toBe(`  - x: got ${shown}, expected less`);
});
