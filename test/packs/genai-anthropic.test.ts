/** Tests the measurement of clients of the package `@anthropic-ai/sdk`, against a fake provider. */
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { expect, test } from 'vitest';
import { type LlmAnswer, type LlmRequest, message, messageEvents, namedEvents } from '../support/llm-upstream.js';
import { read, rejection, startAnthropic, toAnthropic, tokens } from './genai-sdks.js';

/** Returns a successful response, streamed if requested. */
function answerRequest({ path, body }: LlmRequest): LlmAnswer {
  if (path.includes('count_tokens')) return { json: { input_tokens: 12 } };
  return body['stream'] === true ? { events: messageEvents(['Pa', 'ris.']) } : { json: message() };
}

test('records the duration, tokens, model and server of a message', async () => {
  const { client, values, operations, provider } = await startAnthropic((request, _, time) => {
    time.advance(1_500);
    return answerRequest(request);
  });
  expect((await client.messages.create(toAnthropic)).content).toMatchObject([{ text: 'Paris.' }]);
  expect(await values()).toMatchObject({ operation_duration_seconds_sum: 1.5, ...tokens });
  expect(await operations()).toEqual([
    {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: 'anthropic',
      gen_ai_request_model: 'claude-sonnet-5-5',
      gen_ai_response_model: 'claude-sonnet-5-5',
      server_address: '127.0.0.1',
      server_port: String(provider.port),
      count: 1,
    },
  ]);
});

test('records the tokens of a message without cached tokens', async () => {
  const usage = { input_tokens: 30, output_tokens: 7, cache_read_input_tokens: null };
  const { client, values } = await startAnthropic(() => ({ json: message('Paris.', usage) }));
  await client.messages.create(toAnthropic);
  const seen = await values();
  expect(seen).toMatchObject({ 'token_usage_sum/input': 30, 'token_usage_sum/output': 7 });
  expect(Object.keys(seen).filter((name) => /cache|reasoning/.test(name))).toEqual([]);
});

test('prices tokens cached for one hour separately, streamed or not', async () => {
  const cache = { cache_creation_input_tokens: 700, cache_creation: { ephemeral_1h_input_tokens: 500 } };
  const usage = { input_tokens: 100, output_tokens: 10, ...cache };
  const [, ...others] = messageEvents(['Paris.']);
  const start = namedEvents({ type: 'message_start', message: message('', usage) });
  const end = namedEvents({ type: 'message_delta', delta: {}, usage: { output_tokens: 10 } });
  const { client, values } = await startAnthropic(({ body }) =>
    body['stream'] === true
      ? { events: [...start, ...others.slice(0, -2), ...end, ...others.slice(-1)] }
      : { json: message('Paris.', usage) },
  );
  await client.messages.create(toAnthropic);
  // 100 and 200 at 1, 500 at 2, 10 at 10 dollars per million.
  const once = { 'token_usage_sum/input': 800, cost_usd_total: 0.0014 };
  expect(await values()).toMatchObject(once);
  await read(await client.messages.create({ ...toAnthropic, stream: true }));
  expect(await values()).toMatchObject({ 'token_usage_sum/input': 1_600, cost_usd_total: 0.0028 });
});

test('records the time to the first chunk, the time between chunks, and the usage of a stream', async () => {
  const { client, clock, values } = await startAnthropic((request, _, time) => {
    time.advance(400);
    return answerRequest(request);
  });
  const events = await read(await client.messages.create({ ...toAnthropic, stream: true }), () => clock.advance(20));
  expect(events).toHaveLength(7);
  expect(await values()).toMatchObject({
    // Includes the events that start the message and its only block.
    operation_time_to_first_chunk_seconds_sum: 0.44,
    operation_time_per_output_chunk_seconds_count: 1,
    operation_time_per_output_chunk_seconds_sum: 0.02,
    operation_duration_seconds_sum: 0.54,
    'streams_total/completed': 1,
    active_streams: 0,
    ...tokens,
  });
});

test('records the last value of each usage field of a stream', async () => {
  const usage = { input_tokens: 400, output_tokens: 9, cache_read_input_tokens: null };
  const [start = '', ...others] = messageEvents(['Paris.']);
  const delta = namedEvents({ type: 'message_delta', delta: {}, usage });
  const { client, values } = await startAnthropic(() => ({ events: [start, ...others.slice(0, -2), ...delta] }));
  await read(await client.messages.create({ ...toAnthropic, stream: true }));
  expect(await values()).toMatchObject({
    // The stream first reports 350, in addition to 600 and 50.
    'token_usage_sum/input': 1_050,
    'token_usage_sum/output': 9,
    inference_usage_cache_read_input_tokens_total: 600,
  });
});

test('records only the input tokens of a cancelled stream, whose cost is unknown', async () => {
  const { client, values, provider } = await startAnthropic(() => ({
    events: messageEvents(['Pa', 'ris.']).slice(0, 4),
    ending: 'silence',
  }));
  for await (const event of await client.messages.create({ ...toAnthropic, stream: true })) {
    if (event.type === 'content_block_delta') break;
  }
  const seen = await values();
  expect(seen).toMatchObject({ 'streams_total/cancelled': 1, 'token_usage_sum/input': 1_000, active_streams: 0 });
  expect(seen).not.toHaveProperty('token_usage_sum/output');
  expect(seen).toMatchObject({ 'cost_unknown_total/incomplete_usage': 1 });
  expect(seen).not.toHaveProperty('cost_usd_total');

  const runner = client.messages.stream(toAnthropic).on('text', () => runner.abort());
  expect(String(await rejection(runner.done()))).toMatch(/aborted/);
  expect(await values()).toMatchObject({ 'streams_total/cancelled': 2, operation_duration_seconds_count: 2 });
  await expect.poll(() => provider.disconnects(), { timeout: 10_000 }).toBe(2);
});

test('measures each request of the helpers and of beta once', async () => {
  const { client, values } = await startAnthropic(answerRequest);
  const texts: string[] = [];
  const final = await client.messages
    .stream(toAnthropic)
    .on('text', (text) => texts.push(text))
    .finalMessage();
  expect([texts, final.usage.output_tokens]).toEqual([['Pa', 'ris.'], 200]);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 1, 'streams_total/completed': 1 });
  await client.messages.parse(toAnthropic);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 2, 'token_usage_sum/input': 2_000 });
  await client.beta.messages.create(toAnthropic);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 3, 'token_usage_sum/input': 3_000 });
  await client.beta.messages.stream(toAnthropic).finalMessage();
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 4, 'streams_total/completed': 2 });
});

test('records one operation for each model response of a tool run, and none for token counting', async () => {
  const { client, values } = await startAnthropic((request, count) => {
    if (count > 1) return answerRequest(request);
    const content = [{ type: 'tool_use', id: 'toolu_1', name: 'capital', input: {} }];
    return { json: { ...message(), content, stop_reason: 'tool_use' } };
  });
  const inputSchema = { type: 'object', properties: {} } as const;
  const capital = betaTool({ name: 'capital', description: '', inputSchema, run: () => 'Paris' });
  const last = await client.beta.messages.toolRunner({ ...toAnthropic, tools: [capital] });
  expect(last.content).toMatchObject([{ text: 'Paris.' }]);
  expect((await client.messages.countTokens({ model: 'm', messages: toAnthropic.messages })).input_tokens).toBe(12);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 2, 'token_usage_sum/input': 2_000 });
});

test('records one operation for all attempts of the SDK', async () => {
  const { client, values, provider } = await startAnthropic((request, count, time) => {
    time.advance(1_000);
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Not now.' } };
    return count < 3 ? { status: 529, headers: { 'retry-after-ms': '1' }, json: error } : answerRequest(request);
  });
  await client.messages.create(toAnthropic);
  expect(provider.requests).toHaveLength(3);
  expect(await values()).toMatchObject({
    operation_duration_seconds_count: 1,
    operation_duration_seconds_sum: 3,
    ...tokens,
  });
});

test('records the status of an error, and the type of an error event', async () => {
  const failure = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded.' } };
  const { client, plain, values } = await startAnthropic(({ body }) => {
    if (body['stream'] !== true) return { status: 401, json: failure };
    return { events: [...messageEvents(['Pa']).slice(0, 4), ...namedEvents(failure)] };
  });
  const failed = await rejection(client.messages.create(toAnthropic));
  expect(failed).toEqual(await rejection(plain.messages.create(toAnthropic)));
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/401': 1 });
  const broken = await rejection(read(await client.messages.create({ ...toAnthropic, stream: true })));
  expect(broken).toEqual(await rejection(read(await plain.messages.create({ ...toAnthropic, stream: true }))));
  expect(await values()).toMatchObject({
    'operation_duration_seconds_count/overloaded_error': 1,
    'streams_total/failed': 1,
    'token_usage_sum/input': 1_000,
    active_streams: 0,
  });
});
