/** Warnings about another global MeterProvider. */
import { diag, metrics as otelMetrics } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { afterEach, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const datadogGlobal = Symbol.for('dd-trace');
const globals = globalThis as Record<symbol, unknown>;

let stop: (() => Promise<unknown>) | undefined;
afterEach(async () => {
  await stop?.();
  otelMetrics.disable();
  delete globals[datadogGlobal];
  diag.disable();
});

/** Imitates the provider of dd-trace: same class name, one public field. */
class MeterProvider {
  readonly reader = {};
  getMeter() {
    return otelMetrics.getMeter('none');
  }
}

/** Imitates the provider of the OpenTelemetry SDK. */
class OtherProvider {
  getMeter() {
    return otelMetrics.getMeter('none');
  }
}

/** Starts metrics and returns the logged warnings. */
function warningsOfStart(): string[] {
  const warnings: string[] = [];
  const ignore = () => undefined;
  const record = (message: string) => warnings.push(message);
  diag.setLogger({ error: record, warn: record, info: ignore, debug: ignore, verbose: ignore });
  stop = startMetrics({ environment: {}, readers: [stockReader().reader] }).shutdown;
  return warnings;
}

function warningsBeside(provider: object): string[] {
  otelMetrics.setGlobalMeterProvider(provider as MeterProvider);
  return warningsOfStart();
}

test('names dd-trace and the remedy', () => {
  globals[datadogGlobal] = {};
  expect(warningsBeside(new MeterProvider())).toEqual([expect.stringMatching(/^dd-trace .*unset it to record here$/)]);
});

test('does not name dd-trace for another provider', () => {
  globals[datadogGlobal] = {};
  expect(warningsBeside(new OtherProvider())).toEqual([
    expect.stringMatching(/^another MeterProvider .*OTELIER_METRICS_EXPORTER$/),
  ]);
});

test('does not name dd-trace when dd-trace is not loaded', () => {
  expect(warningsBeside(new MeterProvider())).toEqual([expect.stringMatching(/^another MeterProvider/)]);
});

test('logs nothing without another provider', () => {
  globals[datadogGlobal] = {};
  expect(warningsOfStart()).toEqual([]);
});
