/** What the genai pack is given that is wrong: counted, never thrown, and without growth. */
import { type GenaiRecorder, genai } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { prices, start } from './genai-client.js';

/** Throws when anything of it is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() }) as never;
function fail(): never {
  throw new Error('hostile');
}
/** Throws when it is turned into text or a number, and is neither. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail } as never;

const it = { provider: 'openai', model: 'gpt-4o', durationSeconds: 1 };

type Bad = [what: string, record: (recorder: GenaiRecorder) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative duration', (to) => to.operation({ ...it, durationSeconds: -1 }), { value_negative: 1 }],
  ['no duration', (to) => to.operation({ provider: 'openai' } as never), { value_not_finite: 1 }],
  ['an endless duration', (to) => to.operation({ ...it, durationSeconds: Infinity }), { value_not_finite: 1 }],
  ['no provider', (to) => to.operation({ durationSeconds: 1 } as never), { attribute_missing: 1 }],
  ['a provider that is no text', (to) => to.operation({ ...it, provider: unprintable }), { attribute_invalid: 1 }],
  ['a model that is no text', (to) => to.operation({ ...it, model: unprintable }), { attribute_invalid: 1 }],
  [
    'a model that answered that is none',
    (to) => to.operation({ ...it, responseModel: hostile }),
    { attribute_invalid: 1 },
  ],
  ['an operation that is no text', (to) => to.operation({ ...it, operation: unprintable }), { attribute_invalid: 1 }],
  [
    'a port that is no number',
    (to) => to.operation({ ...it, serverAddress: 'a', serverPort: '443' as never }),
    { attribute_invalid: 1 },
  ],
  ['an error that is no text', (to) => to.operation({ ...it, errorType: unprintable }), { attribute_invalid: 1 }],
  [
    'negative tokens',
    (to) => to.operation({ ...it, usage: { inputTokens: -1, outputTokens: -2 } }),
    { value_negative: 2 },
  ],
  [
    'tokens that are no numbers',
    (to) => to.operation({ ...it, usage: { inputTokens: 'many' as never, outputTokens: Number.NaN } }),
    { value_not_finite: 2 },
  ],
  ['usage that is none', (to) => to.operation({ ...it, usage: 7 as never }), { value_not_finite: 1 }],
  ['usage that cannot be read', (to) => to.operation({ ...it, usage: hostile }), { value_not_finite: 1 }],
  ['a negative cost', (to) => to.operation({ ...it, costUsd: -1 }), { value_negative: 1 }],
  ['a cost that is none', (to) => to.operation({ ...it, costUsd: Number.NaN }), { value_not_finite: 1 }],
  ['an outcome that cannot be read', (to) => to.begin(it).end(hostile), { value_not_finite: 1 }],
  ['an outcome that is none', (to) => to.begin(it).end('well' as never), { value_not_finite: 1 }],
  ['an error that cannot be read', (to) => to.begin(it).fail(hostile), {}],
  [
    'an outcome of a failure that cannot be read',
    (to) => to.begin(it).fail(new Error('x'), hostile),
    { value_not_finite: 1 },
  ],
  ['an end of a stream that is none', (to) => to.begin(it).end({ stream: 'torn' as never }), { attribute_other: 1 }],
  ['a chunk of negative tokens', (to) => to.begin(it).chunk(-1), { value_negative: 1 }],
  ['a chunk of no tokens', (to) => to.begin(it).chunk('x' as never), { value_not_finite: 1 }],
  ['a request without a time', (to) => to.server({ provider: 'a' } as never), { value_not_finite: 1 }],
  [
    'a first token after the last',
    (to) => to.server({ ...it, timeToFirstTokenSeconds: 2, outputTokens: 10 }),
    { value_negative: 1 },
  ],
  [
    'tokens of a request that are none',
    (to) => to.server({ ...it, timeToFirstTokenSeconds: 0.5, outputTokens: Number.NaN }),
    { value_not_finite: 1 },
  ],
  ['an agent without a time', (to) => to.agent({ agent: 'a' } as never), { value_not_finite: 1 }],
  ['an agent that is no text', (to) => to.agent({ agent: unprintable, durationSeconds: 1 }), { attribute_invalid: 1 }],
  ['a tool without a name', (to) => to.tool({ durationSeconds: 1 } as never), { attribute_missing: 1 }],
  ['a workflow of negative time', (to) => to.workflow({ durationSeconds: -5 }), { value_negative: 1 }],
];

test.each(bad)('%s is counted and never thrown', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start({ prices });
  record(recorder);
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  await scrape();
  expect(rejected()).toEqual(expected);
});

test.each(['legacy', 'latest', 'both'] as const)(
  'by %s conventions, what is wrong of an event leaves the rest of it',
  async (conventions) => {
    const { recorder, values } = await start({ prices, conventions });
    recorder.operation({
      ...it,
      responseModel: unprintable,
      usage: { inputTokens: -1, outputTokens: 1_000, cacheReadTokens: Number.NaN },
    });
    const seen = await values();
    const of = 'chat/openai/gpt-4o/_OTHER';
    expect(seen[`cost_usd_total/${of}`]).toBe(0.01);
    const duration = conventions === 'latest' ? 'inference_duration' : 'operation_duration';
    expect(seen[`${duration}_seconds_sum/${of}`]).toBe(1);
    const tokens =
      conventions === 'legacy' ? `token_usage_sum/${of}/output` : `inference_usage_output_tokens_total/${of}/unknown`;
    expect(seen[tokens]).toBe(1_000);
  },
);

test.each(['operation', 'server', 'agent', 'tool', 'workflow'] as const)(
  'what %s cannot read is counted once, and nothing of it is recorded',
  async (verb) => {
    const { recorder, values, rejected } = await start();
    for (const event of [hostile, undefined, null]) recorder[verb](event as never);
    expect(rejected()).toEqual({ value_not_finite: 3 });
    expect(await values()).toEqual({ active_streams: 0 });
  },
);

test('an operation whose beginning cannot be read does nothing, and its stream is the source', async () => {
  const { recorder, values, rejected } = await start();
  for (const from of [hostile, undefined, null]) {
    const operation = recorder.begin(from as never);
    operation.chunk(1);
    operation.end();
    operation.fail(new Error('x'));
    const source = (async function* () {})();
    expect(recorder.observe(source, from as never)).toBe(source);
  }
  expect(rejected()).toEqual({ value_not_finite: 6 });
  expect(await values()).toEqual({ active_streams: 0 });
});

test('methods of an operation work by themselves', async () => {
  const { recorder, values } = await start();
  const { chunk, end } = recorder.begin(it);
  chunk();
  end();
  expect(await values()).toMatchObject({ 'streams_total/chat/openai/gpt-4o/completed': 1 });
});

test('a million hallucinated models are one series, and take nobody a place', { timeout: 240_000 }, async () => {
  const { recorder, families } = await start({ prices });
  const samples = async () => [...(await families()).values()].reduce((all, { samples: each }) => all + each.length, 0);
  const models = async () => {
    const { samples: all = [] } = (await families()).get('gen_ai_client_operation_duration_seconds') ?? {};
    return new Set(all.map(({ labels }) => labels.get('gen_ai_request_model')));
  };
  const error = Object.assign(new Error('no such model'), { code: 'model_not_found' });
  let [seriesBefore, heapBefore] = [0, 0];
  for (let id = 0; id < 1_000_000; id++) {
    const model = `gpt-${id}-ultra`;
    const call = recorder.begin({ provider: 'openai', model });
    call.fail(error, { responseModel: model, usage: { inputTokens: 1 } });
    if (id === 100_000) [seriesBefore, heapBefore] = [await samples(), heapUsed()];
  }
  expect(await models()).toEqual(new Set(['_OTHER']));
  expect(await samples()).toBe(seriesBefore);
  // What is kept of them does not grow: room for a machine that does other things.
  expect(heapUsed() - heapBefore).toBeLessThan(8 * 2 ** 20);

  for (let id = 0; id < 1_000; id++) recorder.operation({ ...it, model: `real-${id}` });
  expect((await models()).size).toBe(101);
});

test('tools that a model invents take no place from those that there are', async () => {
  const { recorder, values } = await start();
  for (let id = 0; id < 1_000; id++) recorder.tool({ tool: `made-up-${id}`, durationSeconds: 1, errorType: 'no_tool' });
  for (let id = 0; id < 30; id++) recorder.tool({ tool: `getWeather${id}`, durationSeconds: 1 });
  recorder.tool({ tool: 'getWeather29', durationSeconds: 1, errorType: 'timeout' });
  const names = Object.entries(await values()).filter(([name]) =>
    name.startsWith('execute_tool_duration_seconds_count'),
  );
  expect(names).toHaveLength(32);
  expect(Object.fromEntries(names)).toMatchObject({
    'execute_tool_duration_seconds_count/_OTHER/no_tool': 1_000,
    'execute_tool_duration_seconds_count/getWeather0': 1,
    'execute_tool_duration_seconds_count/getWeather29': 1,
    'execute_tool_duration_seconds_count/getWeather29/timeout': 1,
  });
});

test('providers, operations, hosts, ports, errors, tools and agents are bounded as well', async () => {
  const { recorder, families } = await start({ providers: 3, models: ['gpt-4o', 'o3'] });
  for (let id = 0; id < 500; id++) {
    recorder.operation({ ...it, provider: `p-${id}` });
    recorder.operation({ ...it, operation: `o-${id}` });
    recorder.operation({ ...it, serverAddress: `h-${id}`, serverPort: id });
    recorder.operation({ ...it, errorType: `e-${id}` });
    recorder.operation({ ...it, model: `m-${id}` });
    recorder.tool({ tool: `t-${id}`, type: `t-${id}`, agent: `a-${id}`, durationSeconds: 1 });
    recorder.agent({ agent: `a-${id}`, model: `m-${id}`, durationSeconds: 1 });
    recorder.workflow({ workflow: `w-${id}`, durationSeconds: 1 });
  }
  const scraped = await families();
  const different = (family: string, label: string) =>
    new Set(
      scraped
        .get(family)
        ?.samples.map(({ labels }) => labels.get(label))
        .filter((value) => value !== undefined),
    ).size;
  const calls = 'gen_ai_client_operation_duration_seconds';
  // Those that have a place of their own, and `_OTHER`.
  expect(different(calls, 'gen_ai_provider_name')).toBe(4);
  expect(different(calls, 'gen_ai_request_model')).toBe(2);
  expect(different(calls, 'gen_ai_operation_name')).toBe(31);
  expect(different(calls, 'server_address')).toBe(31);
  expect(different(calls, 'server_port')).toBe(31);
  expect(different(calls, 'error_type')).toBe(51);
  expect(different('gen_ai_execute_tool_duration_seconds', 'gen_ai_tool_name')).toBe(31);
  expect(different('gen_ai_invoke_agent_duration_seconds', 'gen_ai_agent_name')).toBe(31);
  expect(different('gen_ai_invoke_workflow_duration_seconds', 'gen_ai_workflow_name')).toBe(31);
});

test.each([
  ['an option that is none', { model: 1 }, 'genai.model: expected a known option: namespace, conventions,'],
  ['a generation that is none', { conventions: 'newest' }, 'genai.conventions: got "newest", expected one of legacy'],
  ['no models', { models: 0 }, 'genai.models: got 0, expected a whole number from 1 to 1000'],
  ['providers that are no names', { providers: [''] }, 'genai.providers: got [""], expected a whole number'],
  ['a time that is none', { abandonedAfterMs: -1 }, 'genai.abandonedAfterMs: got -1, expected milliseconds above 0'],
  ['prices that are none', { prices: 'all' }, 'genai.prices: got "all", expected prices by model'],
  ['no prices', { prices: null }, 'genai.prices: got null, expected prices by model'],
  ['a price in part', { prices: { a: { input: 1 } } }, 'genai.prices.a.output: got nothing, expected US dollars'],
  [
    'a negative price',
    { prices: { a: { input: 1, output: 1, cacheRead: -1 } } },
    'genai.prices.a.cacheRead: got -1, expected US dollars',
  ],
  [
    'a part that no price has',
    { prices: { a: { input: 1, output: 1, cached: 1 } } },
    'genai.prices.a.cached: expected a known part of a price: input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning',
  ],
])('%s is refused', (_, options, message) => {
  expect(() => genai(options as never)).toThrow(message);
});

test('all that is wrong of the options is in one error', () => {
  expect(() => genai({ models: 0, abandonedAfterMs: 0, prices: { a: 1 } } as never)).toThrow(
    /genai\.models[\s\S]*genai\.abandonedAfterMs[\s\S]*genai\.prices\.a[\s\S]*METRICS_OPTIONS_INVALID/,
  );
});
