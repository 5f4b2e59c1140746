/** Tests the measurement of clients of the package `openai`, against a fake provider. */
import { expect, test } from 'vitest';
import {
  chatChunks,
  chatCompletion,
  embeddings,
  type LlmAnswer,
  type LlmRequest,
  namedEvents,
  response,
  responseEvents,
  textCompletion,
  toolCall,
  unnamedEvents,
} from '../support/llm-upstream.js';
import { question, read, rejection, startOpenAI, tokens } from './genai-sdks.js';

/** Returns a successful response of the requested API, streamed if requested. */
function answerRequest({ path, body }: LlmRequest): LlmAnswer {
  const streamed = body['stream'] === true;
  if (path === '/v1/chat/completions')
    return streamed ? { events: chatChunks(['Pa', 'ris.']) } : { json: chatCompletion() };
  if (path.startsWith('/v1/responses'))
    return streamed ? { events: responseEvents(['Pa', 'ris.']) } : { json: response() };
  if (path === '/v1/embeddings') return { json: embeddings() };
  return streamed
    ? { events: unnamedEvents(textCompletion('Pa', null), textCompletion('ris.')) }
    : { json: textCompletion() };
}

test('records the duration, tokens, model and server of a completion', async () => {
  const { client, clock, values, operations, provider } = await startOpenAI((request, _, time) => {
    time.advance(1_500);
    return answerRequest(request);
  });
  const completion = await client.chat.completions.create(question);
  clock.advance(9_000);
  expect(completion.choices[0]?.message.content).toBe('Paris.');
  expect(await values()).toMatchObject({
    operation_duration_seconds_count: 1,
    operation_duration_seconds_sum: 1.5,
    ...tokens,
  });
  expect(await operations()).toEqual([
    {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: 'openai',
      gen_ai_request_model: 'gpt-5-mini',
      gen_ai_response_model: 'gpt-5-mini-2025-08-07',
      server_address: '127.0.0.1',
      server_port: String(provider.port),
      count: 1,
    },
  ]);
});

test('records the operation name and the tokens of each API', async () => {
  const { client, values, operations } = await startOpenAI(answerRequest);
  await client.responses.create({ model: 'gpt-5-mini', input: 'Capital of France?' });
  expect(await values()).toMatchObject(tokens);
  await client.beta.responses.create({ model: 'gpt-5-mini', input: 'Capital of France?' });
  expect(await values()).toMatchObject({ 'token_usage_sum/input': 2_000 });
  await client.completions.create({ model: 'gpt-5-mini', prompt: 'The capital of France is' });
  const { data } = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'Paris' });
  expect(Array.from(data[0]?.embedding ?? [])).toEqual([0.5, -0.25]);
  expect(await values()).toMatchObject({ 'token_usage_sum/input': 2_013, 'token_usage_sum/output': 402 });
  expect((await operations()).map(({ count, ...labels }) => [Object.values(labels)[0], count])).toEqual([
    ['chat', 2],
    ['text_completion', 1],
    ['embeddings', 1],
  ]);
});

test.each([
  ['in addition to the output, by the total', 14_428, 2_809, 4_308],
  ['in addition to the output, without a total', undefined, 2_809, 4_308],
  ['within the output', 11_619, 809, 1_499],
  ['within the output, without a total', undefined, 809, 1_499],
])('counts reasoning tokens once: %s', async (_, total_tokens, reasoning, output) => {
  const details = { completion_tokens_details: { reasoning_tokens: reasoning } };
  const usage = { prompt_tokens: 10_120, completion_tokens: 1_499, total_tokens, ...details };
  const { client, values } = await startOpenAI(() => ({ json: { ...chatCompletion(), usage } }));
  await client.chat.completions.create(question);
  expect(await values()).toMatchObject({
    'token_usage_sum/output': output,
    inference_usage_reasoning_output_tokens_total: reasoning,
  });
});

test('records the time to the first chunk, the time between chunks, and the usage of a stream', async () => {
  const { client, clock, values } = await startOpenAI((_, __, time) => {
    time.advance(400);
    return { events: chatChunks(['Pa', 'ris', '.']) };
  });
  const stream = await client.chat.completions.create({
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = await read(stream, () => clock.advance(20));
  expect(chunks).toHaveLength(6);
  expect(await values()).toMatchObject({
    // The chunk with only the role has no output.
    operation_time_to_first_chunk_seconds_sum: 0.42,
    operation_time_per_output_chunk_seconds_count: 2,
    operation_time_per_output_chunk_seconds_sum: 0.04,
    operation_duration_seconds_sum: 0.52,
    'streams_total/completed': 1,
    active_streams: 0,
    ...tokens,
  });
});

test('records no tokens for a stream without usage, and does not request usage', async () => {
  const { client, values, provider } = await startOpenAI(() => ({ events: chatChunks(['Paris.'], false) }));
  await read(await client.chat.completions.create({ ...question, stream: true }));
  expect(provider.requests[0]?.body).toEqual({ ...question, stream: true });
  const seen = await values();
  expect(seen).toMatchObject({ operation_duration_seconds_count: 1, 'streams_total/completed': 1 });
  expect(Object.keys(seen).filter((name) => name.includes('token'))).toEqual([]);
});

test('measures streamed responses and text completions', async () => {
  const { client, values } = await startOpenAI(answerRequest);
  await read(await client.responses.create({ model: 'gpt-5-mini', input: 'x', stream: true }));
  expect(await values()).toMatchObject({
    'streams_total/completed': 1,
    operation_time_to_first_chunk_seconds_count: 1,
    operation_time_per_output_chunk_seconds_count: 1,
    ...tokens,
  });
  await read(await client.completions.create({ model: 'gpt-5-mini', prompt: 'x', stream: true }));
  expect(await values()).toMatchObject({
    'streams_total/completed': 2,
    operation_time_to_first_chunk_seconds_count: 2,
    'token_usage_sum/input': 1_005,
  });
});

test('measures each request of a helper once', async () => {
  const { client, values } = await startOpenAI(answerRequest);
  const contents: string[] = [];
  const runner = client.chat.completions.stream(question).on('content', (delta) => contents.push(delta));
  expect((await runner.finalMessage()).content).toBe('Paris.');
  expect(contents).toEqual(['Pa', 'ris.']);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 1, 'streams_total/completed': 1 });
  const parsed = await client.chat.completions.parse(question);
  expect(parsed.choices[0]?.message.parsed).toBeNull();
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 2, 'token_usage_sum/input': 2_000 });
  const final = await client.responses.stream({ model: 'gpt-5-mini', input: 'x' }).finalResponse();
  expect(final.output_text).toBe('Paris.');
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 3, 'streams_total/completed': 2 });
  expect((await client.responses.parse({ model: 'gpt-5-mini', input: 'x' })).output_text).toBe('Paris.');
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 4, 'token_usage_sum/input': 4_000 });
});

test('records one operation for each model response of a tool run', async () => {
  const { client, values } = await startOpenAI((_, count) => ({
    json: count === 1 ? toolCall('capital') : chatCompletion(),
  }));
  const capital = { name: 'capital', description: '', parameters: {}, function: () => 'Paris' };
  const run = client.chat.completions.runTools({ ...question, tools: [{ type: 'function', function: capital }] });
  expect(await run.finalContent()).toBe('Paris.');
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 2, 'token_usage_sum/input': 2_000 });
});

test('records one operation for all attempts of the SDK', async () => {
  const { client, values, provider } = await startOpenAI((request, count, time) => {
    time.advance(1_000);
    const headers = { 'retry-after-ms': '1' };
    if (count < 3) return { status: count === 1 ? 429 : 500, headers, json: { error: { message: 'Not now.' } } };
    return answerRequest(request);
  });
  await client.chat.completions.create(question);
  expect(provider.requests).toHaveLength(3);
  const seen = await values();
  expect(seen).toMatchObject({ operation_duration_seconds_count: 1, operation_duration_seconds_sum: 3, ...tokens });
});

test.each([
  [401, { message: 'No.', code: 'invalid_api_key' }, 'invalid_api_key'],
  [429, { message: 'No.', type: 'requests', code: 'rate_limit_exceeded' }, 'rate_limit_exceeded'],
  [500, { message: 'No.', type: 'server_error', code: null }, '500'],
  [400, { message: 'No.', code: 400 }, '400'],
])('records the error code of the provider, else the status (%i)', async (status, error, errorType) => {
  const { client, plain, values } = await startOpenAI(() => ({ status, json: { error } }), { maxRetries: 0 });
  const failed = await rejection(client.chat.completions.create(question));
  const unmeasured = (await rejection(plain.chat.completions.create(question))) as Error;
  expect(failed).toBeInstanceOf(unmeasured.constructor);
  expect(failed).toEqual(unmeasured);
  const seen = await values();
  expect(seen).toMatchObject({ [`operation_duration_seconds_count/${errorType}`]: 1 });
  expect(Object.keys(seen).filter((name) => /token|stream/.test(name))).toEqual(['active_streams']);
});

test('records the class of connection and abort errors', async () => {
  const { client, values, provider } = await startOpenAI(() => ({ events: [], ending: 'silence' }), {
    maxRetries: 0,
  });
  const port = provider.port;
  await rejection(client.chat.completions.create(question, { signal: AbortSignal.abort() }));
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/APIUserAbortError': 1 });
  await provider.close();
  client.baseURL = `http://127.0.0.1:${port}/v1`;
  await rejection(client.chat.completions.create(question));
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/APIConnectionError': 1 });
});

test('records cancelled for every way to stop reading a stream', async () => {
  const silent = { events: chatChunks(['Pa', 'ris.']).slice(0, 2), ending: 'silence' } as const;
  const { client, values, provider } = await startOpenAI(() => silent);
  const ask = () => client.chat.completions.create({ ...question, stream: true });
  for await (const chunk of await ask()) if (chunk.choices[0]?.delta.content === 'Pa') break;
  expect(await values()).toMatchObject({ 'streams_total/cancelled': 1 });

  const aborted = await ask();
  await read(aborted, () => aborted.controller.abort());
  expect(await values()).toMatchObject({ 'streams_total/cancelled': 2 });

  (await ask()).controller.abort();
  expect(await values()).toMatchObject({ 'streams_total/cancelled': 3 });

  const reader = (await ask()).toReadableStream().getReader();
  await reader.read();
  await reader.cancel();
  expect(await values()).toMatchObject({ 'streams_total/cancelled': 4 });

  const runner = client.chat.completions.stream(question).on('content', () => runner.abort());
  expect(String(await rejection(runner.done()))).toMatch(/aborted/);
  const seen = await values();
  expect(seen).toMatchObject({ 'streams_total/cancelled': 5, operation_duration_seconds_count: 5, active_streams: 0 });
  await expect.poll(() => provider.disconnects(), { timeout: 10_000 }).toBe(5);
});

test('records failed for a stream that breaks or reports an error', async () => {
  const { client, plain, values } = await startOpenAI(({ body, path }) => {
    if (path === '/v1/responses') return { events: responseEvents(['Pa'], 'failed') };
    const events = chatChunks(['Pa', 'ris.']).slice(0, 2);
    if (body['user'] === 'break') return { events, ending: 'break' };
    const error = { message: 'Overloaded.', type: 'server_error', code: null };
    return { events: [...events, ...unnamedEvents({ error })] };
  });
  const fail = async (from: typeof client, user: string) =>
    rejection(read(await from.chat.completions.create({ ...question, user, stream: true })));
  expect(await fail(client, 'break')).toMatchObject({ constructor: TypeError, message: 'terminated' });
  expect(await values()).toMatchObject({
    'streams_total/failed': 1,
    'operation_duration_seconds_count/UND_ERR_SOCKET': 1,
    operation_time_to_first_chunk_seconds_count: 1,
  });
  expect(await fail(client, 'error')).toEqual(await fail(plain, 'error'));
  await read(await client.responses.create({ model: 'gpt-5-mini', input: 'x', stream: true }));
  expect(await values()).toMatchObject({
    'streams_total/failed': 3,
    'operation_duration_seconds_count/server_error': 2,
    active_streams: 0,
  });
});

test('records the error of a failed response with status 200', async () => {
  const { client, values } = await startOpenAI(() => ({ json: response('', 'failed') }));
  expect((await client.responses.create({ model: 'gpt-5-mini', input: 'x' })).status).toBe('failed');
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/server_error': 1 });
});

test('records the code of an error event', async () => {
  const error = { type: 'error', code: 'rate_limit_exceeded', message: 'No.', param: null };
  const { client, values } = await startOpenAI(() => ({ events: namedEvents(error) }));
  await read(await client.responses.create({ model: 'gpt-5-mini', input: 'x', stream: true }));
  expect(await values()).toMatchObject({
    'operation_duration_seconds_count/rate_limit_exceeded': 1,
    'streams_total/failed': 1,
  });
});
