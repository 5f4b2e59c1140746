/** What is said when another MeterProvider is there first. */
import { diag, metrics as otelMetrics } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { afterEach, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const mark = Symbol.for('dd-trace');
const world = globalThis as Record<symbol, unknown>;

let stop: (() => Promise<unknown>) | undefined;
afterEach(async () => {
  await stop?.();
  otelMetrics.disable();
  delete world[mark];
  diag.disable();
});

/** A fake of the provider of dd-trace: its class has that name, and one public field. */
class MeterProvider {
  readonly reader = {};
  getMeter() {
    return otelMetrics.getMeter('none');
  }
}

/** One as of the OpenTelemetry SDK. */
class OtherProvider {
  getMeter() {
    return otelMetrics.getMeter('none');
  }
}

function saidBeside(provider: object): string[] {
  const said: string[] = [];
  const ignore = () => undefined;
  otelMetrics.setGlobalMeterProvider(provider as MeterProvider);
  const note = (message: string) => said.push(message);
  diag.setLogger({ error: note, warn: note, info: ignore, debug: ignore, verbose: ignore });
  stop = startMetrics({ environment: {}, readers: [stockReader().reader] }).shutdown;
  return said;
}

test('dd-trace is named, with what to do', () => {
  world[mark] = {};
  expect(saidBeside(new MeterProvider())).toEqual([expect.stringMatching(/^dd-trace .*Unset DD_METRICS_OTEL_ENABLED/)]);
});

test('another one beside dd-trace is not taken for its own', () => {
  world[mark] = {};
  expect(saidBeside(new OtherProvider())).toEqual([expect.stringMatching(/^Another MeterProvider/)]);
});

test('one of that shape without dd-trace is not', () => {
  expect(saidBeside(new MeterProvider())).toEqual([expect.stringMatching(/^Another MeterProvider/)]);
});

test('where there is none, nothing is said', () => {
  const said: string[] = [];
  const ignore = () => undefined;
  const note = (message: string) => said.push(message);
  diag.setLogger({ error: note, warn: note, info: ignore, debug: ignore, verbose: ignore });
  world[mark] = {};
  stop = startMetrics({ environment: {}, readers: [stockReader().reader] }).shutdown;
  expect(said).toEqual([]);
});
