/** Invalid input of the inference pack: it is counted, never throws, and does not affect valid values. */
import { startMetrics } from 'otelier';
import { type InferenceRecorder, inference } from 'otelier/packs/inference';
import { expect, test } from 'vitest';
import { startScraped } from './scraped.js';

/** An event whose properties cannot be read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}
/** A value that throws when it is converted to text or a number. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

/** Values of a recorder without events. */
const idle = {
  overall_throughput_qps: 0,
  inference_throughput_qps: 0,
  tokenizer_throughput_qps: 0,
};

async function start() {
  const { metrics, valuesBy, ...scraped } = startScraped((settings) =>
    startMetrics({ ...settings, packs: { inference: inference() } }),
  );
  await metrics.ready;
  const all = () => valuesBy((name, labels) => [name, ...labels.values()].join('/'));
  /** Returns samples by name and label values, without counters and gauges that are announced as 0. */
  const values = async () => {
    const seen = Object.entries(await all()).filter(([name, value]) => value !== 0 || name in idle);
    return Object.fromEntries(seen);
  };
  return { ...scraped, recorder: metrics.inference, values };
}

const request = { totalSeconds: 1, stages: { inference: 0.5 }, documents: 2 };

type Bad = [input: string, record: (recorder: InferenceRecorder) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative stage', (it) => it.stage('inference', -1), { value_negative: 1 }],
  ['a stage that is text', (it) => it.stage('inference', '5' as never), { value_not_finite: 1 }],
  [
    'a request without a duration',
    (it) => it.request({ ...request, totalSeconds: Number.NaN }),
    { value_not_finite: 1 },
  ],
  ['a request with a negative duration', (it) => it.request({ ...request, totalSeconds: -1 }), { value_negative: 1 }],
  ['half a document', (it) => it.request({ ...request, documents: 1.5 }), { value_not_finite: 1 }],
  ['a negative number of documents', (it) => it.request({ ...request, documents: -1 }), { value_negative: 1 }],
  [
    'a first result that is an object',
    (it) => it.request({ ...request, firstResultSeconds: unprintable as never }),
    { value_not_finite: 1 },
  ],
  [
    'an error type that is an object',
    (it) => it.request({ ...request, errorType: unprintable as never }),
    { attribute_invalid: 1 },
  ],
  // The stage, and both overheads.
  [
    'a request with a stage that is an object',
    (it) => it.request({ ...request, stages: { inference: unprintable as never } }),
    { value_not_finite: 3 },
  ],
  [
    'a request with a negative wait',
    (it) => it.request({ ...request, stages: { batchWait: -1 } }),
    { value_negative: 1, value_not_finite: 3 },
  ],
  ['a batch without fields', (it) => it.batch({} as never), { value_not_finite: 4 }],
  [
    'a batch of objects',
    (it) => it.batch({ sequences: 2, tokens: unprintable, paddingTokens: unprintable, longestSequence: 5 } as never),
    // Tokens, padding tokens, and the mean length.
    { value_not_finite: 3 },
  ],
  [
    'a batch of negative numbers',
    (it) => it.batch({ sequences: -2, tokens: -1, paddingTokens: -1, longestSequence: -5 }),
    // The longest sequence is in a gauge, which would take a negative value.
    { value_negative: 3, value_not_finite: 1 },
  ],
  [
    'a batch with half a sequence',
    (it) => it.batch({ sequences: 1.5, tokens: 10, paddingTokens: 0, longestSequence: 7.5 }),
    { value_not_finite: 2 },
  ],
  ['a negative load time', (it) => it.modelLoaded(-1), { value_not_finite: 1 }],
  ['a load time that is NaN', (it) => it.modelLoaded(Number.NaN), { value_not_finite: 1 }],
  ['a model that is an object', (it) => it.modelLoaded(1, unprintable as never), { attribute_invalid: 1 }],
];

test.each(bad)('counts %s and does not throw', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start();
  record(recorder);
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  await scrape();
  expect(rejected()).toEqual(expected);
});

test.each(['request', 'batch'] as const)('%s drops an unreadable event as a whole and counts it once', async (verb) => {
  const { recorder, values, rejected } = await start();
  for (const event of [hostile, undefined, null]) expect(recorder[verb](event as never)).toBeUndefined();
  expect(rejected()).toEqual({ event_unreadable: 3 });
  expect(await values()).toEqual(idle);
});

test.each([hostile, null])('drops a request with unreadable stages as a whole', async (stages) => {
  const { recorder, values, rejected } = await start();
  recorder.request({ totalSeconds: 1, stages: stages as never });
  expect(rejected()).toEqual({ event_unreadable: 1 });
  expect(await values()).toEqual(idle);
});

test.each([hostile, undefined, null])('watchQueues returns a function for unreadable sizes', async (sizes) => {
  const { recorder, rejected } = await start();
  const stop = recorder.watchQueues(sizes as never);
  expect(stop).toBeTypeOf('function');
  expect(stop()).toBeUndefined();
  expect(rejected()).toEqual({ event_unreadable: 1 });
});

test.each([hostile, undefined, null, Symbol('x')])(
  'worker returns a handle for an invalid id and type',
  async (value) => {
    const { recorder, scrape } = await start();
    const worker = recorder.worker(value as never, value as never);
    worker.completed(0.1);
    await scrape();
    worker.ended();
  },
);

test('an invalid completion does not affect valid ones', async () => {
  const { clock, recorder, values, rejected } = await start();
  const worker = recorder.worker('m1', 'model');
  worker.completed(0.1);
  worker.completed(Number.NaN);
  worker.completed(0.1, Number.NaN);
  worker.completed(unprintable as never, unprintable as never);
  worker.completed(0.1, 1.5);
  worker.completed(0.1, -1);
  worker.completed(-58);
  clock.advance(1_000);
  expect(await values()).toMatchObject({
    'worker_request_count_total/m1/model': 1,
    'worker_latency_ms/m1/model': 100,
    'worker_throughput_qps/m1/model': 1,
    inference_throughput_qps: 1,
  });
  // Seconds twice, requests three times; then negative requests and negative seconds.
  expect(rejected()).toEqual({ value_not_finite: 5, value_negative: 2 });
});

test('a request with an invalid duration enters neither counters nor windows', async () => {
  const { clock, recorder, values } = await start();
  for (const totalSeconds of [Number.NaN, -1, Number.POSITIVE_INFINITY, '1'])
    recorder.request({ ...request, totalSeconds: totalSeconds as never });
  clock.advance(1_000);
  expect(await values()).toEqual(idle);
});

test('a queue with an invalid size has no value', async () => {
  const { recorder, values, rejected } = await start();
  recorder.watchQueues({
    tokenizer: () => -1,
    model: () => Promise.reject(new Error('down')) as never,
    batch: () => 3,
  });
  expect(await values()).toEqual({ ...idle, batch_queue_size: 3 });
  expect(rejected()).toEqual({ value_not_finite: 2 });
});

test('an invalid stage of an active request does not affect valid ones', async () => {
  const { clock, recorder, values, rejected } = await start();
  const active = recorder.begin();
  active.stage('inference', 0.5);
  active.stage('inference', Number.NaN);
  active.stage('inference', '5' as never);
  active.stage('inference', unprintable as never);
  active.stage(unprintable as never, 1);
  clock.advance(1_000);
  active.end({ documents: 3 });
  expect(await values()).toMatchObject({
    request_count_total: 1,
    inference_latency_seconds_sum: 0.5,
    pipeline_overhead_latency_seconds_sum: 0.5,
    documents_scored_total: 3,
  });
  expect(rejected()).toEqual({ value_not_finite: 4 });
});

test('a request that ends with an unreadable outcome is no longer in flight', async () => {
  const { recorder, values, rejected } = await start();
  const active = recorder.begin();
  expect(active.end(hostile as never)).toBeUndefined();
  active.end();
  expect(await values()).toEqual(idle);
  expect(rejected()).toEqual({ event_unreadable: 1 });
});

test('the handle of a request works without its object', async () => {
  const { recorder, values } = await start();
  const { stage, firstResult, end } = recorder.begin();
  stage('inference', 0.5);
  firstResult();
  end({ documents: 1 });
  expect(await values()).toMatchObject({ request_count_total: 1, inference_latency_seconds_sum: 0.5 });
});
