/** Tests the metrics of pack `genai` under each generation of the conventions. */
import { type Conventions, genai } from 'otelier/packs/genai';
import { promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { prices, scenario, start } from './genai-client.js';

const doubling = (first: number, count: number) => Array.from({ length: count }, (_, power) => first * 2 ** power);
const seconds = doubling(0.01, 14);
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** Unit and bucket boundaries of every metric; metrics without boundaries are sums. */
const commonMetrics: Record<string, [unit: string, boundaries?: readonly number[]]> = {
  'gen_ai.client.operation.duration': ['s', seconds],
  'gen_ai.invoke_agent.duration': ['s', doubling(0.1, 13)],
  'gen_ai.execute_tool.duration': ['s', seconds],
  'gen_ai.invoke_agent.inference_calls': ['{inference_call}', doubling(1, 8)],
  'gen_ai.invoke_agent.tool_calls': ['{tool_call}', doubling(1, 8)],
  'gen_ai.retrieval.duration': ['s', seconds],
  'gen_ai.server.request.duration': ['s', seconds],
  'gen_ai.server.time_to_first_token': [
    's',
    [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  ],
  'gen_ai.server.time_per_output_token': ['s', [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]],
  'gen_ai.client.streams': ['{stream}'],
  'gen_ai.client.active_streams': ['{stream}'],
  'gen_ai.client.output_tokens_per_second': [
    '{token}/s',
    [1, 2.5, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2500, 5000],
  ],
  'gen_ai.client.cost_usd': ['{USD}'],
  'gen_ai.client.operation.cost_usd': [
    '{USD}',
    [0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 25, 100],
  ],
  'gen_ai.client.cost.unknown': ['{operation}'],
};
const legacyMetrics: typeof commonMetrics = {
  'gen_ai.client.token.usage': ['{token}', tokens],
  'gen_ai.client.operation.time_to_first_chunk': ['s', seconds],
  'gen_ai.client.operation.time_per_output_chunk': ['s', seconds],
};
const latestMetrics: typeof commonMetrics = {
  'gen_ai.client.inference.duration': ['s', seconds],
  'gen_ai.client.inference.time_to_first_chunk': ['s', seconds],
  'gen_ai.client.inference.time_per_output_chunk': ['s', seconds],
  'gen_ai.client.embeddings.duration': ['s', seconds],
  'gen_ai.client.embeddings.operation.input_tokens': ['{token}', tokens],
  'gen_ai.client.invoke_agent.duration': ['s', seconds],
  'gen_ai.client.inference.usage.input_tokens': ['{token}'],
  'gen_ai.client.inference.usage.output_tokens': ['{token}'],
  'gen_ai.client.inference.usage.cache_read.input_tokens': ['{token}'],
  'gen_ai.client.inference.usage.cache_write.input_tokens': ['{token}'],
  'gen_ai.client.inference.usage.reasoning.output_tokens': ['{token}'],
  'gen_ai.client.inference.operation.input_tokens': ['{token}', tokens],
  'gen_ai.client.inference.operation.output_tokens': ['{token}', tokens],
};
const generations: Record<Conventions, typeof commonMetrics> = {
  legacy: { ...legacyMetrics, ...commonMetrics },
  latest: { ...latestMetrics, ...commonMetrics },
  both: { ...legacyMetrics, ...latestMetrics, ...commonMetrics },
};

describe.each(Object.entries(generations) as [Conventions, typeof commonMetrics][])(
  '%s conventions',
  (conventions, metrics) => {
    test('declare exactly these metrics, units and boundaries', () => {
      const { catalogue } = genai({ conventions });
      expect(
        Object.fromEntries(
          catalogue.metrics.map(({ name, unit, buckets }) => [name, buckets === undefined ? [unit] : [unit, buckets]]),
        ),
      ).toEqual(metrics);
    });

    test('export every metric of one scenario, without promlint findings', async () => {
      const { clock, recorder, families, rejected, scrape } = await start({ conventions, prices });
      scenario(recorder, clock);
      const scraped = await families();
      const expected = genai({ conventions }).catalogue.metrics.map(({ name, kind, unit, attributes }) => {
        const total = kind === 'counter' ? '_total' : '';
        const inSeconds = unit === 's' ? '_seconds' : '';
        return {
          name: `${name.replaceAll('.', '_')}${inSeconds}${total}`,
          type: kind.replace('observableUpDownCounter', 'gauge'),
          labels: Object.keys(attributes).map((key) => key.replaceAll('.', '_')),
        };
      });
      expect([...scraped.keys()].sort()).toEqual(expected.map(({ name }) => name).sort());
      for (const { name, type, labels } of expected) {
        const family = scraped.get(name);
        expect([name, family?.type]).toEqual([name, type]);
        const keys = new Set(
          family?.samples.flatMap((sample) => [...sample.labels.keys()]).filter((key) => key !== 'le'),
        );
        expect(labels).toEqual(expect.arrayContaining([...keys]));
      }
      expect(promlint(await scrape())).toEqual([]);
      expect(rejected()).toEqual({});
    });
  },
);

/** Label values of the scenario's call, joined by `/`. */
const callLabels = 'chat/openai/gpt-4o/gpt-4o-2024-08-06/api.openai.com/443';
const failedLabels = 'chat/openai/gpt-4o';
const commonValues = {
  'invoke_agent_duration_seconds_sum/planner/invoke_agent/gpt-4o': 12,
  'invoke_agent_duration_seconds_sum/triage/invoke_workflow': 40,
  'invoke_agent_inference_calls_sum/planner': 5,
  'invoke_agent_tool_calls_sum/planner': 3,
  'retrieval_duration_seconds_sum/handbook/retrieval': 0.2,
  'retrieval_duration_seconds_sum/handbook/retrieval/timeout': 0.1,
  'execute_tool_duration_seconds_sum/search/function/planner': 0.4,
  'execute_tool_duration_seconds_sum/search/function/planner/timeout': 0.7,
  'server_request_duration_seconds_sum/chat/vllm/llama-3': 2.2,
  'server_request_duration_seconds_sum/chat/vllm/llama-3/timeout': 1,
  'server_time_to_first_token_seconds_sum/chat/vllm/llama-3': 0.2,
  'server_time_to_first_token_seconds_count/chat/vllm/llama-3': 1,
  'server_time_per_output_token_seconds_sum/chat/vllm/llama-3': 0.02,
  [`streams_total/${callLabels}/completed`]: 1,
  active_streams: 0,
  // 2 and 4 tokens after the first chunk, in 0.2 s.
  [`output_tokens_per_second_sum/${callLabels}`]: 30,
  [`cost_usd_total/${callLabels}`]: 0.00199,
  [`operation_cost_usd_sum/${callLabels}`]: 0.00199,
  'cost_unknown_total/embeddings/openai/unpriced/unknown_model': 1,
  'operation_duration_seconds_sum/search_memory/mem': 0.05,
};
/** Prefixes of the values of operations that the latest conventions record in separate metrics. */
const moved = [
  'operation_duration_seconds_sum/chat',
  'operation_duration_seconds_sum/embeddings',
  'operation_duration_seconds_sum/invoke_agent',
];
const chunks = {
  '_time_to_first_chunk_seconds_sum/chat/openai/gpt-4o/api.openai.com/443': 0.4,
  '_time_per_output_chunk_seconds_count/chat/openai/gpt-4o/api.openai.com/443': 2,
  '_time_per_output_chunk_seconds_sum/chat/openai/gpt-4o/api.openai.com/443': 0.2,
};
const named = (start: string, values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${start}${name}`, value]));
const legacyValues = {
  [`token_usage_sum/${callLabels}/input`]: 1_000,
  [`token_usage_sum/${callLabels}/output`]: 7,
  'token_usage_sum/embeddings/openai/unpriced/input': 50,
  'operation_duration_seconds_sum/embeddings/openai/unpriced': 0.3,
  'operation_duration_seconds_sum/invoke_agent/aws.bedrock/throttled': 6,
  [`operation_duration_seconds_sum/${callLabels}`]: 0.65,
  [`operation_duration_seconds_sum/${failedLabels}/rate_limit_exceeded`]: 0.02,
  ...named('operation', chunks),
};
const latestValues = {
  [`inference_usage_input_tokens_total/${callLabels}/unknown`]: 1_000,
  [`inference_usage_output_tokens_total/${callLabels}/unknown`]: 7,
  [`inference_usage_cache_read_input_tokens_total/${callLabels}/unknown`]: 300,
  [`inference_usage_cache_write_input_tokens_total/${callLabels}/unknown`]: 200,
  [`inference_usage_reasoning_output_tokens_total/${callLabels}/unknown`]: 2,
  [`inference_operation_input_tokens_sum/${callLabels}`]: 1_000,
  [`inference_operation_output_tokens_sum/${callLabels}`]: 7,
  [`inference_duration_seconds_sum/${callLabels}`]: 0.65,
  [`inference_duration_seconds_sum/${failedLabels}/rate_limit_exceeded`]: 0.02,
  ...named('inference', chunks),
  'embeddings_duration_seconds_sum/embeddings/openai/unpriced': 0.3,
  'embeddings_operation_input_tokens_sum/embeddings/openai/unpriced': 50,
  'invoke_agent_duration_seconds_sum/booking/invoke_agent/aws.bedrock/throttled': 6,
};

test.each([
  ['legacy', { ...legacyValues, ...commonValues }, []],
  ['latest', { ...latestValues, ...commonValues }, [...moved, 'inference_usage_input_tokens_total/embeddings']],
  ['both', { ...legacyValues, ...latestValues, ...commonValues }, ['inference_usage_input_tokens_total/embeddings']],
] as const)('records every metric of an event, under %s conventions', async (conventions, expected, absent) => {
  const { clock, recorder, values } = await start({ conventions, prices });
  scenario(recorder, clock);
  const seen = await values();
  expect(seen).toMatchObject(expected);
  expect(Object.keys(seen).filter((name) => absent.some((each) => name.startsWith(each)))).toEqual([]);
});

test.each([
  [undefined, 'legacy'],
  ['http, gen_ai_latest_experimental', 'latest'],
  ['gen_ai_latest_experimental/dup', 'both'],
  ['gen_ai_latest_experimental,gen_ai_latest_experimental/dup', 'both'],
  ['http/dup,gen_ai', 'legacy'],
] as const)('OTEL_SEMCONV_STABILITY_OPT_IN=%s selects %s', (value, conventions) => {
  const names = (pack: ReturnType<typeof genai>) => pack.catalogue.metrics.map(({ name }) => name);
  const environment = { OTEL_SEMCONV_STABILITY_OPT_IN: value };
  expect(names(genai({ environment }))).toEqual(names(genai({ conventions })));
  // The option takes precedence.
  expect(names(genai({ environment, conventions: 'legacy' }))).toEqual(names(genai({ conventions: 'legacy' })));
});

test('prefixes every metric name with the namespace', async () => {
  const { clock, recorder, families } = await start({ namespace: 'acme', prices });
  scenario(recorder, clock);
  const names = [...(await families()).keys()];
  expect(names.filter((name) => !name.startsWith('acme_gen_ai_'))).toEqual([]);
});

test('records only the first end of an operation', async () => {
  const { clock, recorder, values } = await start();
  const call = recorder.begin({ provider: 'anthropic' });
  clock.advance(500);
  call.end();
  clock.advance(500);
  call.end({ usage: { inputTokens: 1 } });
  call.fail(new Error('late'));
  call.chunk();
  expect(await values()).toEqual({
    'operation_duration_seconds_count/chat/anthropic': 1,
    'operation_duration_seconds_sum/chat/anthropic': 0.5,
    active_streams: 0,
  });
});

class TimeoutError extends Error {}
test.each([
  ['the code', Object.assign(new Error('x'), { code: 'ECONNRESET', status: 500 }), 'ECONNRESET'],
  ['the status', Object.assign(new Error('x'), { code: null, status: 429 }), '429'],
  [
    'the status if the code is a message',
    Object.assign(new Error('x'), { code: 'the key of bob is wrong', status: 401 }),
    '401',
  ],
  ['the name', new TypeError('x'), 'TypeError'],
  ['the name if the code is a number', new DOMException('x', 'AbortError'), 'AbortError'],
  ['the class name', new TimeoutError('x'), 'TimeoutError'],
  ['a numeric code', Object.assign(new Error('x'), { code: 14 }), '14'],
  ['Error for an error with only a message', new Error('secret'), 'Error'],
  ['_OTHER for a thrown string', 'secret', '_OTHER'],
  ['_OTHER for a thrown undefined', undefined, '_OTHER'],
])('records error.type: %s', async (_, error, type) => {
  const { recorder, values, rejected } = await start();
  recorder.begin({ provider: 'openai' }).fail(error);
  expect(await values()).toMatchObject({ [`operation_duration_seconds_count/chat/openai/${type}`]: 1 });
  expect(rejected()).toEqual({});
});

test('prefers the errorType of the outcome to that of the error', async () => {
  const { recorder, values } = await start();
  recorder.begin({ provider: 'openai' }).fail(new Error('x'), { errorType: 'content_filter' });
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/chat/openai/content_filter': 1 });
});
