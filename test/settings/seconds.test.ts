/** Intervals in seconds where milliseconds are expected: one warning names the unit. */
import { startMetrics } from 'otelier';
import { expect, test } from 'vitest';
import { captureWarnings } from '../support/warnings.js';

async function logged(environment: Record<string, string>, options: object = {}): Promise<string[]> {
  const warnings = captureWarnings();
  const metrics = startMetrics({ isolated: true, environment, shutdownTimeoutMs: 1_000, ...options });
  await metrics.shutdown();
  return warnings.filter((warning) => warning.includes('unit'));
}

test.each([
  ['60', '60 ms; the unit is milliseconds: 60000 for a minute'],
  ['10', '10 ms; the unit is milliseconds: 10000 for 10 seconds'],
  ['1', '1 ms; the unit is milliseconds: 1000 for a second'],
  ['999', '999 ms; the unit is milliseconds: 60000 for a minute'],
  ['1000', undefined],
  ['60000', undefined],
])('an interval of %s', async (interval, words) => {
  const variables = { OTEL_METRICS_EXPORTER: 'none', OTEL_METRIC_EXPORT_INTERVAL: interval };
  const line = words && `OTEL_METRIC_EXPORT_INTERVAL: ${words}`;
  expect(await logged(variables)).toEqual(line === undefined ? [] : [line]);
  expect(await logged({ OTEL_METRICS_EXPORTER: 'none' }, { exportIntervalMs: Number(interval) })).toEqual([]);
});

test('one warning for several backends', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'console,prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  expect(await logged({ ...environment, OTEL_METRIC_EXPORT_INTERVAL: '60' })).toHaveLength(1);
});

test('the interval of a pushgateway', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: 'http://127.0.0.1:9' };
  expect(await logged({ ...environment, OTELIER_PUSHGATEWAY_INTERVAL: '30' })).toEqual([
    'OTELIER_PUSHGATEWAY_INTERVAL: 30 ms; the unit is milliseconds: 30000 for 30 seconds',
  ]);
  expect(await logged({ ...environment, OTELIER_PUSHGATEWAY_INTERVAL: '0' })).toEqual([]);
});
