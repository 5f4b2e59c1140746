/** Log messages of the engine: each names the instrument, the cause and the consequence, and is logged once. */
import { diag, ValueType } from '@opentelemetry/api';
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { afterEach, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';
import { PlainReader, startEngine } from './provider.js';

function captureWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => warnings.push(message);
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  return warnings;
}

afterEach(() => diag.disable());

test('rejections are logged once per metric and reason', () => {
  const warnings = captureWarnings();
  const { meter } = startEngine();
  const orders = meter.createCounter('shop.orders');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, -2]) orders.add(value);
  orders.add('7' as never);
  meter.createHistogram('sizes').record('x' as never);
  expect(warnings).toEqual([
    'counter "shop.orders": ignored NaN: expected a finite number; logged once per metric',
    'counter "shop.orders": ignored -1: negative values are not allowed; logged once per metric',
    'histogram "sizes": ignored a value of type string: expected a finite number; logged once per metric',
  ]);
});

test('rejections name the self-metric that counts them', async () => {
  const { reader } = stockReader();
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { shop } });
  const warnings = captureWarnings();
  metrics.shop.orders.add(Number.NaN);
  expect(warnings).toEqual([
    'counter "shop.orders": ignored NaN: expected a finite number; ' +
      'counted in otelier.measurement.rejected{reason="value_not_finite"}; logged once per metric',
  ]);
  await metrics.shutdown();
});

test('names are quoted and truncated', () => {
  const warnings = captureWarnings();
  const { meter } = startEngine();
  meter.createCounter('line\nbreak').add(Number.NaN);
  meter.createCounter('x'.repeat(1_000));
  expect(warnings).toEqual([
    'counter: invalid instrument name "line\\nbreak": expected a letter, then up to 254 letters, digits, _ . - or /; ' +
      'backends may alter or reject it; rename the instrument',
    'counter "line\\nbreak": ignored NaN: expected a finite number; logged once per metric',
    expect.stringMatching(/invalid instrument name "x{15,40}…x+": expected a letter, .*rename the instrument$/),
  ]);
});

test.each([
  ['unit', { unit: 'ms' }, { unit: 's' }, 'unit ("s", was "ms")'],
  ['value type', {}, { valueType: ValueType.INT }, 'value type (INT, was DOUBLE)'],
])('a duplicate registration with a different %s is logged', (_name, first, second, difference) => {
  const warnings = captureWarnings();
  const { meter } = startEngine();
  meter.createCounter('jobs', first);
  meter.createCounter('Jobs', second);
  expect(warnings).toEqual([
    `duplicate registration of instrument "Jobs" with a different ${difference}; ` +
      'both are exported under one name; rename one of them',
  ]);
});

test('a duplicate registration with a different kind, description or boundaries is logged', () => {
  const warnings = captureWarnings();
  const { meter } = startEngine();
  const advice = (...explicitBucketBoundaries: number[]) => ({ advice: { explicitBucketBoundaries } });
  meter.createHistogram('jobs', { description: 'First.', ...advice(1, 2) });
  meter.createHistogram('jobs', { description: 'Second.', ...advice(1, 3) });
  meter.createHistogram('other', advice(2, Number.NaN));
  meter.createCounter('jobs');
  expect(warnings).toEqual([
    'duplicate registration of instrument "jobs" with a different description; the first one is used; logged once per instrument',
    'duplicate registration of instrument "jobs" with a different advice.explicitBucketBoundaries; the first one is used; logged once per instrument',
    'histogram "other": ignored advice.explicitBucketBoundaries: expected a list of numbers; ' +
      'default boundaries are used',
    'duplicate registration of instrument "jobs" with a different kind (counter, was histogram); ' +
      'both are exported under one name; rename one of them',
  ]);
});

test('a reached cardinality limit is logged once, with the attribute that has the most values', () => {
  const warnings = captureWarnings();
  const views = [{ instrumentName: 'm', aggregationCardinalityLimit: 10 }];
  const { meter } = startEngine({ readers: [new PlainReader()], views });
  const instrument = meter.createCounter('m');
  for (let user = 0; user < 100; user++) instrument.add(1, { user, region: 'eu' });
  expect(warnings).toEqual([
    'counter "m": cardinality limit of 10 series reached: attribute "user" has 8 values; ' +
      'new attribute sets share one overflow series; record fewer values or raise cardinalityLimit',
  ]);
});
