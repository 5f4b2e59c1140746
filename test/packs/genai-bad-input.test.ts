/** Tests that the genai pack counts invalid input, never throws, and stays bounded in memory. */
import { type GenaiRecorder, genai } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { prices, start } from './genai-client.js';
import { expectBoundedModels } from './genai-flood.js';

/** Throws on any access. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() }) as never;
function fail(): never {
  throw new Error('hostile');
}
/** An object that throws when converted to a primitive. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail } as never;

const unreadable = [hostile, undefined, null, 7, 'text', () => ({})];

const call = { provider: 'openai', model: 'gpt-4o', durationSeconds: 1 };

type Bad = [title: string, record: (recorder: GenaiRecorder) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative duration', (to) => to.operation({ ...call, durationSeconds: -1 }), { value_negative: 1 }],
  ['a missing duration', (to) => to.operation({ provider: 'openai' } as never), { value_not_finite: 1 }],
  ['an infinite duration', (to) => to.operation({ ...call, durationSeconds: Infinity }), { value_not_finite: 1 }],
  ['a missing provider', (to) => to.operation({ durationSeconds: 1 } as never), { attribute_missing: 1 }],
  [
    'a provider that is not a string',
    (to) => to.operation({ ...call, provider: unprintable }),
    { attribute_invalid: 1 },
  ],
  ['a model that is not a string', (to) => to.operation({ ...call, model: unprintable }), { attribute_invalid: 1 }],
  [
    'a response model that is not a string',
    (to) => to.operation({ ...call, responseModel: hostile }),
    { attribute_invalid: 1 },
  ],
  [
    'an operation name that is not a string',
    (to) => to.operation({ ...call, operation: unprintable }),
    { attribute_invalid: 1 },
  ],
  [
    'a port that is not a number',
    (to) => to.operation({ ...call, serverAddress: 'a', serverPort: 'https' as never }),
    { attribute_invalid: 1 },
  ],
  [
    'an error type that is not a string',
    (to) => to.operation({ ...call, errorType: unprintable }),
    { attribute_invalid: 1 },
  ],
  [
    'negative tokens',
    (to) => to.operation({ ...call, usage: { inputTokens: -1, outputTokens: -2 } }),
    { value_negative: 2 },
  ],
  [
    'tokens that are not numbers',
    (to) => to.operation({ ...call, usage: { inputTokens: 'many' as never, outputTokens: Number.NaN } }),
    { value_not_finite: 2 },
  ],
  [
    'fractions and bigints',
    (to) =>
      to.operation({ ...call, durationSeconds: 2n as never, usage: { inputTokens: 1.5, outputTokens: 3n as never } }),
    { value_not_finite: 3 },
  ],
  [
    'parts of a usage without a metric',
    (to) => to.operation({ ...call, usage: { cacheReadTokens: 1.5, audioInputTokens: -1, imageOutputTokens: 5 } }),
    { value_not_finite: 1, value_negative: 1 },
  ],
  [
    'uses of tools that are no whole number',
    (to) => to.operation({ ...call, usage: { toolUses: { web_search: 0.5 } } }),
    { value_not_finite: 1 },
  ],
  [
    'uses of tools that are not an object',
    (to) => to.operation({ ...call, usage: { toolUses: 5 as never } }),
    { value_not_finite: 1 },
  ],
  ['usage that is not an object', (to) => to.operation({ ...call, usage: 7 as never }), { value_not_finite: 1 }],
  ['usage that cannot be read', (to) => to.operation({ ...call, usage: hostile }), { value_not_finite: 1 }],
  ['a negative cost', (to) => to.operation({ ...call, costUsd: -1 }), { value_negative: 1 }],
  ['a cost of NaN', (to) => to.operation({ ...call, costUsd: Number.NaN }), { value_not_finite: 1 }],
  ['an outcome that cannot be read', (to) => to.begin(call).end(hostile), { event_unreadable: 1 }],
  ['an outcome that is not an object', (to) => to.begin(call).end('well' as never), { event_unreadable: 1 }],
  ['a function as outcome', (to) => to.begin(call).end((() => ({})) as never), { event_unreadable: 1 }],
  [
    'a function as outcome of a failure',
    (to) => to.begin(call).fail('x', (() => ({})) as never),
    { event_unreadable: 1 },
  ],
  ['an error that cannot be read', (to) => to.begin(call).fail(hostile), {}],
  ['an unreadable outcome of a failure', (to) => to.begin(call).fail(new Error('x'), hostile), { event_unreadable: 1 }],
  ['an unknown stream outcome', (to) => to.begin(call).end({ stream: 'torn' as never }), { attribute_other: 1 }],
  ['a chunk with negative tokens', (to) => to.begin(call).chunk(-1), { value_negative: 1 }],
  ['a chunk with tokens that are not a number', (to) => to.begin(call).chunk('x' as never), { value_not_finite: 1 }],
  ['a server request without a duration', (to) => to.server({ provider: 'a' } as never), { value_not_finite: 1 }],
  [
    'a first token after the end',
    (to) => to.server({ ...call, timeToFirstTokenSeconds: 2, outputTokens: 10 }),
    { value_not_finite: 1 },
  ],
  [
    'server request tokens of NaN',
    (to) => to.server({ ...call, timeToFirstTokenSeconds: 0.5, outputTokens: Number.NaN }),
    { value_not_finite: 1 },
  ],
  [
    'server request tokens that are null',
    (to) => to.server({ ...call, timeToFirstTokenSeconds: null as never, outputTokens: null as never }),
    {},
  ],
  ['an agent without a duration', (to) => to.agent({ agent: 'a' } as never), { value_not_finite: 1 }],
  [
    'an agent that is not a string',
    (to) => to.agent({ agent: unprintable, durationSeconds: 1 }),
    { attribute_invalid: 1 },
  ],
  ['a tool without a name', (to) => to.tool({ durationSeconds: 1 } as never), { attribute_missing: 1 }],
  [
    'calls of an agent that are no whole numbers',
    (to) => to.agent({ durationSeconds: 1, inferenceCalls: 1.5, toolCalls: -1 }),
    { value_negative: 1, value_not_finite: 1 },
  ],
  ['calls of an agent that are null', (to) => to.agent({ durationSeconds: 1, inferenceCalls: null as never }), {}],
  ['a retrieval without a duration', (to) => to.retrieval({ dataSource: 'a' } as never), { value_not_finite: 1 }],
  ['a workflow with a negative duration', (to) => to.workflow({ durationSeconds: -5 }), { value_negative: 1 }],
];

test.each(bad)('counts and does not throw: %s', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start({ prices });
  record(recorder);
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  await scrape();
  expect(rejected()).toEqual(expected);
});

test.each(['legacy', 'latest', 'both'] as const)(
  'records the valid part of an event, under %s conventions',
  async (conventions) => {
    const { recorder, values } = await start({ prices, conventions });
    recorder.operation({
      ...call,
      responseModel: unprintable,
      usage: { inputTokens: -1, outputTokens: 1_000, cacheReadTokens: Number.NaN },
    });
    const seen = await values();
    const labels = 'chat/openai/gpt-4o/_OTHER';
    // Not the cost of the valid tokens alone.
    expect(Object.keys(seen).filter((name) => name.startsWith('cost_usd'))).toEqual([]);
    const duration = conventions === 'latest' ? 'inference_duration' : 'operation_duration';
    expect(seen[`${duration}_seconds_sum/${labels}`]).toBe(1);
    const tokens =
      conventions === 'legacy'
        ? `token_usage_sum/${labels}/output`
        : `inference_usage_output_tokens_total/${labels}/unknown`;
    expect(seen[tokens]).toBe(1_000);
  },
);

test.each(['operation', 'server', 'agent', 'tool', 'workflow', 'retrieval'] as const)(
  'counts an unreadable event of %s once, and records nothing of it',
  async (verb) => {
    const { recorder, values, rejected } = await start();
    for (const event of unreadable) recorder[verb](event as never);
    expect(rejected()).toEqual({ event_unreadable: unreadable.length });
    expect(await values()).toEqual({ active_streams: 0 });
  },
);

test('returns an inactive operation, or the source itself, for an unreadable start', async () => {
  const { recorder, values, rejected } = await start();
  for (const event of unreadable) {
    const operation = recorder.begin(event as never);
    operation.chunk(1);
    operation.end();
    operation.fail(new Error('x'));
    const source = (async function* () {})();
    expect(recorder.observe(source, event as never)).toBe(source);
  }
  expect(rejected()).toEqual({ event_unreadable: 2 * unreadable.length });
  expect(await values()).toEqual({ active_streams: 0 });
});

test('supports destructured methods of an operation', async () => {
  const { recorder, values } = await start();
  const { chunk, end } = recorder.begin(call);
  chunk();
  end();
  expect(await values()).toMatchObject({ 'streams_total/chat/openai/gpt-4o/completed': 1 });
});

test('records fifty thousand invented models in one series', () => expectBoundedModels(50_000));

test('records failed unknown tools as _OTHER, so that they do not use up the limit', async () => {
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

test('records exactly the limit of names plus _OTHER, for each bounded attribute', async () => {
  const { recorder, families } = await start({ providers: 3, models: ['gpt-4o', 'o3'] });
  for (let id = 0; id < 500; id++) {
    recorder.operation({ ...call, provider: `p-${id}` });
    recorder.operation({ ...call, operation: `o-${id}` });
    recorder.operation({ ...call, serverAddress: `h-${id}`, serverPort: id });
    recorder.operation({ ...call, errorType: `e-${id}` });
    recorder.operation({ ...call, model: `m-${id}` });
    recorder.tool({ tool: `t-${id}`, type: `t-${id}`, agent: `a-${id}`, durationSeconds: 1 });
    recorder.agent({ agent: `a-${id}`, model: `m-${id}`, durationSeconds: 1 });
    recorder.workflow({ workflow: `w-${id}`, durationSeconds: 1 });
    recorder.retrieval({ dataSource: `d-${id}`, durationSeconds: 1 });
  }
  const scraped = await families();
  const countOf = (family: string, label: string) =>
    new Set(
      scraped
        .get(family)
        ?.samples.map(({ labels }) => labels.get(label))
        .filter((value) => value !== undefined),
    ).size;
  const calls = 'gen_ai_client_operation_duration_seconds';
  // The limit, and `_OTHER`.
  expect(countOf(calls, 'gen_ai_provider_name')).toBe(4);
  expect(countOf(calls, 'gen_ai_request_model')).toBe(2);
  expect(countOf(calls, 'gen_ai_operation_name')).toBe(31);
  expect(countOf(calls, 'server_address')).toBe(31);
  expect(countOf(calls, 'server_port')).toBe(31);
  expect(countOf(calls, 'error_type')).toBe(51);
  expect(countOf('gen_ai_execute_tool_duration_seconds', 'gen_ai_tool_name')).toBe(31);
  expect(countOf('gen_ai_invoke_agent_duration_seconds', 'gen_ai_agent_name')).toBe(31);
  expect(countOf('gen_ai_retrieval_duration_seconds', 'gen_ai_data_source_id')).toBe(31);
});

test.each([
  ['an unknown option', { model: 1 }, 'genai.model: expected a known option (did you mean "models"?)'],
  ['unknown conventions', { conventions: 'newest' }, 'genai.conventions: got "newest", expected one of legacy'],
  ['a limit of 0', { models: 0 }, 'genai.models: got 0, expected a whole number from 1 to 1000'],
  ['an empty provider name', { providers: [''] }, 'genai.providers: got [""], expected a whole number'],
  ['a negative time', { abandonedAfterMs: -1 }, 'genai.abandonedAfterMs: got -1, expected milliseconds above 0'],
  ['a string as prices', { prices: 'all' }, 'genai.prices: got "all", expected prices by model'],
  ['null as prices', { prices: null }, 'genai.prices: got null, expected prices by model'],
  ['an incomplete price', { prices: { a: { input: 1 } } }, 'genai.prices.a.output: got nothing, expected US dollars'],
  [
    'a negative price',
    { prices: { a: { input: 1, output: 1, cacheRead: -1 } } },
    'genai.prices.a.cacheRead: got -1, expected US dollars',
  ],
  [
    'an unknown field of a price',
    { prices: { a: { input: 1, output: 1, cached: 1 } } },
    'genai.prices.a.cached: expected a known part of a price: cacheRead, cacheWrite, cacheWrite1h, audioCacheRead, input, output, reasoning',
  ],
])('rejects %s', (_, options, message) => {
  expect(() => genai(options as never)).toThrow(message);
});

test('reports all problems in one error', () => {
  expect(() => genai({ models: 0, abandonedAfterMs: 0, prices: { a: 1 } } as never)).toThrow(
    /genai\.models[\s\S]*genai\.abandonedAfterMs[\s\S]*genai\.prices\.a[\s\S]*METRICS_OPTIONS_INVALID/,
  );
});
