/** Encoders driven by the engine: equal to encoders driven by OpenTelemetry metric data, and to new encoders. */
import type { Attributes } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { counter, text } from 'otelier';
import { promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import type { EngineMeter } from '../../../src/engine/meter.js';
import type { ExpositionEncoder } from '../../../src/formats/prometheus/exposition-encoder.js';
import { replay } from '../../../src/model/replay.js';
import { withMetric } from '../../engine/metric.js';
import { PlainReader, startEngine } from '../../engine/provider.js';
import { bytesOf, createExposition, type EncodingOptions, formats } from './encoding.js';
import { samplesOf } from './samples.js';

async function scrape(reader: PlainReader, exposition: ExpositionEncoder): Promise<string> {
  const collected = await reader.begin();
  await collected.walk(exposition);
  collected.accept();
  return bytesOf(exposition).toString('latin1');
}

const views = [
  {
    instrumentName: 'exponential',
    aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { recordMinMax: true } } as const,
  },
];

test.each(formats)('%s: a walk encodes like its data', async (format) => {
  const reader = new PlainReader();
  const { provider } = startEngine({ readers: [reader], views });
  for (const meter of [
    provider.getMeter('one', '1'),
    provider.getMeter('two', '', { schemaUrl: 'https://a.example' }),
  ]) {
    meter.createCounter('orders', { unit: 'By', description: 'C.' }).add(2, { id: 'a', list: ['b'] });
    meter.createUpDownCounter('changes').add(-2);
    meter.createGauge('load').record(1.5, { 'a.b': 'x', a_b: 'y' });
    const wait = meter.createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [-1, 0, 1] } });
    for (const value of [-3, 0.5, 7]) wait.record(value);
    const exponential = meter.createHistogram('exponential');
    for (const value of [0, 0.001, 3, 1e9]) exponential.record(value, { lane: 'a' });
    meter.createObservableGauge('seen').addCallback((result) => result.observe(0.25));
  }
  const walked = createExposition(format);
  const response = await scrape(reader, walked);
  const replayed = createExposition(format);
  replay(await (await reader.begin()).resourceMetrics(), replayed);
  expect(response).toBe(bytesOf(replayed).toString('latin1'));
  expect(samplesOf(format, Buffer.from(response, 'latin1')).length).toBeGreaterThan(15);
  if (format !== 'protobuf') expect(promlint(response).filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('an instrument is announced before it has samples', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  meter.createCounter('orders', { description: 'Orders.' });
  const exposition = createExposition('text', { targetInfo: false });
  expect(await scrape(reader, exposition)).toBe('# HELP orders_total Orders.\n# TYPE orders_total counter\n');
});

type Act = (value: number) => void;

/** Instruments whose series come and go: some expire, some are removed, some are observed. */
function open(scopeLabels: boolean) {
  const expiring = counter({
    name: 'expiring',
    unit: '1',
    description: 'E.',
    attributes: { id: text() },
    expireAfter: 10_000,
  });
  const { meter, provider, reader, clock, name, options } = withMetric(expiring);
  const expiringCounter = meter.createCounter(name, options);
  const bound = expiringCounter.bind({ id: 'a' });
  const jobs = ['one', 'two'].map((scope) => (provider.getMeter(scope) as EngineMeter).createCounter('jobs'));
  const wait = meter.createHistogram('wait', { advice: { explicitBucketBoundaries: [1, 2] } });
  let observed: Attributes[] = [];
  meter.createObservableGauge('seen').addCallback((result) => {
    for (const [index, attributes] of observed.entries()) result.observe(index, attributes);
  });
  const sets: Attributes[] = [{}, { id: 'a' }, { id: 'b' }, { id: 1 }, { id: '1' }, { 'x.y': 'c' }, { x_y: 'c' }];
  const given = (value: number) => sets[value % sets.length] as Attributes;
  const acts: Record<string, Act> = {
    'record into what expires': (value) => expiringCounter.add(1, { id: String(value % 4) }),
    'record into what is bound': () => bound.add(1),
    'record in one scope': (value) => jobs[0]?.add(value, given(value)),
    'record in another scope': (value) => jobs[1]?.add(value, given(value)),
    'remove in one scope': (value) => jobs[0]?.remove(given(value)),
    'remove in another scope': (value) => jobs[1]?.remove(given(value)),
    'record a wait': (value) => wait.record(value % 4, given(value)),
    'remove a wait': (value) => wait.remove(given(value)),
    'let time pass': (value) => clock.advance(value * 100),
    'observe others': (value) => {
      observed = sets.filter((_, index) => (value >> index) & 1);
    },
    'make another instrument': (value) => {
      provider
        .getMeter('one')
        .createGauge(`gauge.${value % 3}`)
        .record(value);
    },
  };
  const exposition = (format: (typeof formats)[number]) => {
    const shown: EncodingOptions = { scopeLabels, createdSamples: true };
    return createExposition(format, shown);
  };
  return { reader, acts, exposition };
}

const actNames = Object.keys(open(true).acts);

describe.each([true, false])('with scope labels: %s', (scopeLabels) => {
  test('after any program an encoder in use encodes like a new one', async () => {
    const act = fc.tuple(fc.constantFrom(...actNames), fc.nat({ max: 127 }));
    const program = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(program, async (groups) => {
        const engine = open(scopeLabels);
        const kept = formats.map((format) => engine.exposition(format));
        for (const acts of groups) {
          for (const [name, value] of acts) (engine.acts[name] as Act)(value);
          for (const [index, format] of formats.entries()) {
            const response = await scrape(engine.reader, kept[index] as ExpositionEncoder);
            expect(response, format).toBe(await scrape(engine.reader, engine.exposition(format)));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
