/**
 * The range of every numeric field of every verb: values within it are recorded, all others are refused and counted, and
 * change nothing. `numeric-fields/` lists the fields.
 */
import { expect, test } from 'vitest';
import { type PackName, startEveryPack } from './every-pack.js';
import { call, fields } from './numeric-fields.js';
import { amount, count, never, percent, wholeFrom } from './value-ranges.js';

test.each(fields)('%s', async (field, range, record, metric, shows = (value) => value) => {
  const pack = field.slice(0, field.indexOf(':')) as PackName;
  const { metrics, families, scrape, rejected } = await startEveryPack(pack);
  let scrapes = 0;
  /** Number of records of the pack itself: it records the latency of each earlier scrape. */
  const ownRecords = () => (metric === 'metrics_export_latency_ms' ? scrapes : 0);
  /** The count of a histogram, the sum of a counter, or the value of a gauge; and the refusals of pack `gateway`. */
  const seen = async () => {
    const scraped = await families();
    const family = scraped.get(metric);
    const own = ownRecords();
    scrapes++;
    const samples = family?.samples.filter(({ name }) => family.type !== 'histogram' || name.endsWith('_count')) ?? [];
    return {
      type: family?.type,
      value: samples.reduce((total, { value }) => total + value, 0) - own,
      refused: scraped.get('gateway_invalid_total')?.samples[0]?.value ?? 0,
    };
  };
  let expected = 0;
  for (const value of range.valid) {
    record(metrics, value as never);
    const { type, value: shown, refused } = await seen();
    expected = type === 'gauge' ? shows(value) : expected + (type === 'histogram' ? 1 : value);
    expect([value, shown, refused, rejected()]).toEqual([value, expected, 0, {}]);
  }
  const refusals = async () =>
    pack === 'gateway' ? (await seen()).refused : Object.values(rejected()).reduce((sum, each) => sum + each, 0);
  for (const value of [...range.invalid, ...never]) {
    const before = await refusals();
    record(metrics, value as never);
    expect([value, (await refusals()) > before]).toEqual([value, true]);
  }
  expect((await seen()).value).toBe(expected);
  expect(Object.keys(rejected()).filter((reason) => !reason.startsWith('value_'))).toEqual([]);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
});

test.each([
  ['size of a queue', count, 'queue', 'tokenizer_queue_size'],
  ['memory in use', amount, 'memory', 'vision_memory_usage_bytes'],
] as const)('reading at a collection: %s', async (_, range, reading, metric) => {
  const readings: { queue: unknown; memory: unknown } = { queue: 0, memory: 0 };
  const { metrics, families, rejected } = await startEveryPack(undefined, () => readings.memory as number);
  metrics.inference.watchQueues({ tokenizer: () => readings.queue as number });
  const seen = async () => (await families()).get(metric)?.samples.map(({ value }) => value);
  for (const value of range.valid) {
    readings[reading] = value;
    expect([value, await seen(), rejected()]).toEqual([value, [value], {}]);
  }
  for (const value of [...range.invalid, ...never]) {
    const before = rejected()['value_not_finite'] ?? 0;
    readings[reading] = value;
    // A gauge without a valid reading has no value.
    expect([value, await seen()]).toEqual([value, undefined]);
    expect(rejected()).toEqual({ value_not_finite: before + 1 });
  }
});

test('a gauge with a range refuses the current time, and removes its series', async () => {
  const { metrics, families, rejected } = await startEveryPack('inference');
  const { gpuMemory } = metrics.inference.instruments;
  gpuMemory.setToCurrentTime();
  gpuMemory.bind().setToCurrentTime();
  expect(rejected()).toEqual({ value_not_finite: 2 });
  gpuMemory.set(5);
  expect((await families()).has('gpu_memory_mb')).toBe(true);
  gpuMemory.remove();
  expect((await families()).has('gpu_memory_mb')).toBe(false);
});

test('the quality of a call and the time of a worker are refused in their windows', async () => {
  const { metrics, clock, valuesBy, rejected } = await startEveryPack();
  const worker = metrics.inference.worker('m', 'model');
  for (const value of [80, ...percent.invalid, ...never]) {
    metrics.agents.agentCall({ ...call, quality: value as never });
    worker.completed((value === 80 ? 0.5 : value === 100.001 || value === 150 ? -1 : value) as never);
  }
  clock.advance(1_000);
  const seen = await valuesBy((name) => name);
  expect(seen).toMatchObject({ agent_quality_score: 80, worker_latency_ms: 500, worker_request_count_total: 1 });
  const refused = percent.invalid.length + never.length;
  expect(Object.values(rejected()).reduce((sum, each) => sum + each, 0)).toBe(2 * refused);
});

test.each([
  ['detections in total', 3, 3],
  ['one and a half detections', 1.5, undefined],
  ['a fraction of a class', { car: 0.5, person: 2 }, 2],
])('records only whole detections: %s', async (_, detections, total) => {
  const { metrics, families } = await startEveryPack();
  metrics.vision.record({ detections });
  const scraped = await families();
  expect(scraped.get('vision_detections_total')?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(total);
  expect(scraped.get('vision_frames_total')?.samples[0]?.value).toBe(1);
});

test('a total of tokens below its parts is refused, and the parts are recorded', async () => {
  const { metrics, valuesBy } = await startEveryPack();
  for (const totalTokens of wholeFrom(30).invalid) {
    metrics.gateway.audit({ provider: 'openai', inputTokens: 10, outputTokens: 20, totalTokens });
  }
  metrics.gateway.audit({ provider: 'openai', inputTokens: 10, outputTokens: 20, totalTokens: 35 });
  const seen = await valuesBy((name, labels) => [name, labels.get('token_type')].join('/'));
  const events = wholeFrom(30).invalid.length + 1;
  expect(seen).toMatchObject({
    'gateway_tokens_total/input': 10 * events,
    'gateway_tokens_total/output': 20 * events,
    'gateway_tokens_total/other': 5,
    'gateway_invalid_total/': events - 1,
  });
});
