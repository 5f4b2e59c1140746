/** Tests that measurement does not change results, errors, requests and open resources of a client. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { APIPromise, AzureOpenAI } from 'openai';
import { Stream } from 'openai/streaming';
import { genai, observeAnthropic, observeOpenAI } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import {
  chatChunks,
  chatCompletion,
  embeddings,
  type LlmRequest,
  message,
  messageEvents,
} from '../support/llm-upstream.js';
import { startApp } from '../support/program.js';
import {
  question,
  read,
  rejection,
  startAnthropic,
  startOpenAI,
  startProgram,
  startProvider,
  toAnthropic,
} from './genai-sdks.js';

const answerRequest = ({ body }: Pick<LlmRequest, 'body'>) =>
  body['stream'] === true ? { events: chatChunks(['Pa', 'ris.']) } : { json: chatCompletion() };

test('returns the same client, without enumerable additions', async () => {
  const { recorder } = await startProgram();
  const client = new OpenAI({ apiKey: 'k' });
  const plain = new OpenAI({ apiKey: 'k' });
  expect(observeOpenAI(client, recorder)).toBe(client);
  expect(Object.keys(client)).toEqual(Object.keys(plain));
  expect(Object.keys(client.chat.completions)).toEqual(Object.keys(plain.chat.completions));
});

test('returns the promise of the SDK, which parses the response once and also gives the raw response', async () => {
  const { client, plain, values } = await startOpenAI(answerRequest);
  const call = client.chat.completions.create(question);
  expect(call).toBeInstanceOf(APIPromise);
  const answer = await call;
  expect(answer).toEqual(await plain.chat.completions.create(question));
  expect(await call).toBe(answer);
  expect(await call.finally(() => {})).toBe(answer);
  const { data, response, request_id } = await call.withResponse();
  expect([data, response.status, request_id]).toEqual([answer, 200, 'req_1']);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 1, 'token_usage_sum/input': 1_000 });
  const other = await client.chat.completions.create(question).withResponse();
  expect(other.data).toEqual(answer);
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 2, 'token_usage_sum/input': 2_000 });
});

test('does not read the body of asResponse()', async () => {
  const { client, values } = await startOpenAI(answerRequest);
  const response = await client.chat.completions.create(question).asResponse();
  expect(await response.json()).toEqual(chatCompletion());
  const seen = await values();
  expect(seen).toMatchObject({ operation_duration_seconds_count: 1 });
  expect(seen).not.toHaveProperty('token_usage_sum/input');
});

test('measures a stream once that tee() splits', async () => {
  const { client, values } = await startOpenAI(answerRequest);
  const stream = await client.chat.completions.create({ ...question, stream: true });
  expect(stream).toBeInstanceOf(Stream);
  const [left, right] = stream.tee();
  const halves = await Promise.all([read(left), read(right)]);
  expect(halves.map((half) => half.length)).toEqual([5, 5]);
  expect(await values()).toMatchObject({
    operation_duration_seconds_count: 1,
    operation_time_per_output_chunk_seconds_count: 1,
    'streams_total/completed': 1,
  });
});

test('measures the response of derived promises', async () => {
  const { client, plain, values } = await startOpenAI(({ body }, count) =>
    body['user'] === 'denied' ? { status: 401, json: { error: { message: `No ${count}.` } } } : answerRequest({ body }),
  );
  const stream = await client.chat.completions.create({ ...question, stream: true })._thenUnwrap((value) => value);
  expect(await read(stream)).toHaveLength(5);
  expect(await values()).toMatchObject({
    'streams_total/completed': 1,
    operation_time_per_output_chunk_seconds_count: 1,
  });
  expect(await client.chat.completions.create(question)._thenUnwrap(({ id }) => ({ id }))).toEqual({
    id: 'chatcmpl-1',
  });
  expect(await values()).toMatchObject({ 'token_usage_sum/input': 2_000 });
  const denied = { ...question, user: 'denied' };
  const failed = await rejection(client.chat.completions.parse(denied));
  expect(failed).toBeInstanceOf(((await rejection(plain.chat.completions.parse(denied))) as Error).constructor);
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/401': 1 });
  await client.chat.completions.parse(question).asResponse();
  expect(await values()).toMatchObject({ operation_duration_seconds_count: 3, 'token_usage_sum/input': 2_000 });
});

test('keeps the SDK error for a stream that is read twice', async () => {
  const { client, values } = await startOpenAI(answerRequest);
  const stream = await client.chat.completions.create({ ...question, stream: true });
  const copy = Stream.fromReadableStream<OpenAI.ChatCompletionChunk>(stream.toReadableStream(), new AbortController());
  const chunks = copy[Symbol.asyncIterator]();
  await chunks.next();
  expect(String(await rejection(read(stream)))).toMatch(/consumed stream/);
  for (let chunk = 2; chunk <= 5; chunk++) expect((await chunks.next()).done).toBe(false);
  expect((await chunks.next()).done).toBe(true);
  const seen = await values();
  expect(seen).toMatchObject({ operation_duration_seconds_count: 1, 'streams_total/completed': 1 });
  expect(seen).not.toHaveProperty('streams_total/failed');
});

test('does not change requests', async () => {
  const { client, plain, provider } = await startOpenAI(answerRequest);
  for (const from of [client, plain]) {
    await from.chat.completions.create(question, { headers: { 'x-team': 'a' } });
    await read(await from.chat.completions.create({ ...question, stream: true }));
    await from.chat.completions.stream(question).done();
  }
  const received = provider.requests.map(({ path, body, headers }) => ({ path, body, headers }));
  expect(received.slice(0, 3)).toEqual(received.slice(3));
});

test('measures a client once that is observed twice, with the last recorder and provider, also in copies', async () => {
  const { client, values } = await startOpenAI(answerRequest);
  const other = await startProgram();
  observeOpenAI(client, other.recorder, { provider: 'deepseek' });
  await client.chat.completions.create(question);
  await client.withOptions({ timeout: 5_000 }).chat.completions.create(question);
  expect(await values()).not.toHaveProperty('operation_duration_seconds_count');
  expect(await other.operations()).toMatchObject([{ gen_ai_provider_name: 'deepseek', count: 2 }]);
});

test('records the host of an Azure client, and the provider of the option', async () => {
  const provider = await startProvider(answerRequest);
  const { recorder, operations } = await startProgram();
  const azure = new AzureOpenAI({ endpoint: provider.url, apiKey: 'k', apiVersion: 'v1', deployment: 'mine' });
  await observeOpenAI(azure, recorder, { provider: 'azure.ai.openai' }).chat.completions.create(question);
  expect(provider.requests[0]?.path).toBe('/openai/deployments/mine/chat/completions?api-version=v1');
  const server_port = String(provider.port);
  expect(await operations()).toMatchObject([
    { gen_ai_provider_name: 'azure.ai.openai', server_address: '127.0.0.1', server_port },
  ]);
});

test('records the default port of the protocol', async () => {
  const { recorder, operations } = await startProgram();
  const refused = () => Promise.reject(new Error('No network.'));
  const settings = { apiKey: 'k', fetch: refused, maxRetries: 0, logLevel: 'off' } as const;
  const client = observeOpenAI(new OpenAI(settings), recorder);
  for (const baseURL of ['https://[::1]/v1', 'http://llm.internal/v1', 'nowhere']) {
    client.baseURL = baseURL;
    await rejection(client.chat.completions.create(question));
  }
  const addresses = (await operations()).map((labels) => [labels['server_address'], labels['server_port']]);
  expect(addresses).toEqual([
    ['::1', '443'],
    ['llm.internal', '80'],
    [undefined, undefined],
  ]);
});

test('skips resources that are missing or frozen', async () => {
  const provider = await startProvider(({ path }) => ({
    json: path.endsWith('embeddings') ? embeddings() : message(),
  }));
  const { recorder, values } = await startProgram();
  const settings = { apiKey: 'k', baseURL: `${provider.url}/v1` };
  const client = new OpenAI(settings);
  const other = Promise.resolve('other');
  Object.assign(client, { responses: undefined, beta: undefined, completions: { create: () => other } });
  Object.freeze(client.embeddings);
  observeOpenAI(client, recorder);
  expect(client.completions.create({ model: 'm', prompt: 'x' })).toBe(other);
  expect(Reflect.ownKeys(other)).toEqual([]);
  expect((await client.embeddings.create({ model: 'm', input: 'x' })).data).toHaveLength(1);
  expect(await values()).toEqual({ active_streams: 0 });
});

test('reports all problems of client, recorder and options in one error', async () => {
  const { recorder } = await startProgram();
  const observeInvalid = () =>
    observeOpenAI({} as OpenAI, undefined as never, { provider: '', providers: 'x' } as { provider: string });
  expect(observeInvalid).toThrow(expect.objectContaining({ code: 'METRICS_OPTIONS_INVALID' }));
  for (const name of ['client', 'genai', 'provider', 'providers'])
    expect(observeInvalid).toThrow(`observeOpenAI.${name}`);
  expect(() => observeAnthropic({ messages: {} } as Anthropic, recorder)).toThrow('observeAnthropic.client');
  expect(() => observeAnthropic(new Anthropic({ apiKey: 'k' }), genai() as never)).toThrow('observeAnthropic.genai');
});

test.each([['openai'], ['anthropic']])(
  'records cancelled for a stream of %s that is aborted between two reads',
  async (sdk) => {
    const asked =
      sdk === 'openai'
        ? await startOpenAI(() => ({ events: chatChunks(['Pa', 'ris.']).slice(0, 2), ending: 'silence' }))
        : await startAnthropic(() => ({ events: messageEvents(['Pa', 'ris.']).slice(0, 4), ending: 'silence' }));
    const stream = await ('chat' in asked.client
      ? asked.client.chat.completions.create({ ...question, stream: true })
      : asked.client.messages.create({ ...toAnthropic, stream: true }));
    const parts = stream[Symbol.asyncIterator]();
    await parts.next();
    await parts.next();
    stream.controller.abort();
    const cancelled = { operation_duration_seconds_count: 1, 'streams_total/cancelled': 1, active_streams: 0 };
    expect(await asked.values()).toMatchObject(cancelled);
    // Later reads record nothing.
    await parts.next();
    const seen = await asked.values();
    expect(seen).toMatchObject(cancelled);
    expect(Object.keys(seen).filter((name) => /streams_total/.test(name))).toEqual(['streams_total/cancelled']);
  },
);

test('abandons a stream that is garbage-collected', async () => {
  const events = chatChunks(['Pa', 'ris.']).slice(0, 2);
  const { client, values } = await startOpenAI(() => ({ events, ending: 'silence' }));
  await (async () => {
    const chunks = (await client.chat.completions.create({ ...question, stream: true }))[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.next();
  })();
  expect(await values()).toMatchObject({ active_streams: 1 });
  await expect
    .poll(
      async () => {
        heapUsed();
        return values();
      },
      { timeout: 10_000 },
    )
    .toMatchObject({ 'streams_total/abandoned': 1, active_streams: 0 });
});

test('keeps the number of unhandled rejections', async () => {
  const { code, stdout, stderr } = await startApp(
    `import Anthropic from '@anthropic-ai/sdk';
     import OpenAI from 'openai';
     import { startMetrics } from 'otelier';
     import { genai, observeAnthropic, observeOpenAI } from 'otelier/packs/genai';
     const metrics = startMetrics({ packs: { genai: genai() } });
     let unhandled = 0;
     process.on('unhandledRejection', (error) => { unhandled += error.status === 401 ? 1 : 100; });
     const fetch = async () => Response.json({ error: { message: 'No.' } }, { status: 401 });
     const settings = { apiKey: 'k', fetch, logLevel: 'off' };
     const question = ${JSON.stringify(question)};
     const toAnthropic = ${JSON.stringify(toAnthropic)};
     const counts = [];
     for (const measured of [false, true]) {
       const openai = new OpenAI(settings);
       const anthropic = new Anthropic(settings);
       if (measured) observeOpenAI(openai, metrics.genai), observeAnthropic(anthropic, metrics.genai);
       const calls = [
         () => openai.chat.completions.create(question),
         () => openai.responses.create({ model: 'm', input: 'x' }),
         () => openai.chat.completions.parse(question),
         () => anthropic.messages.create(toAnthropic),
         () => anthropic.messages.create(toAnthropic).asResponse(),
         () => anthropic.messages.create(toAnthropic).withResponse(),
         () => openai.chat.completions.create(question).catch(() => {}),
         () => openai.chat.completions.parse(question).catch(() => {}),
         () => anthropic.messages.create(toAnthropic).asResponse().catch(() => {}),
       ];
       for (const call of calls) {
         unhandled = 0;
         call();
         for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
         counts.push(unhandled);
       }
     }
     console.log(JSON.stringify(counts));
     await metrics.shutdown();`,
    { OTEL_METRICS_EXPORTER: 'none' },
  ).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const counts = JSON.parse(stdout) as number[];
  expect(counts).toHaveLength(18);
  expect(counts.slice(9)).toEqual(counts.slice(0, 9));
  expect(counts.slice(6, 9)).toEqual([0, 0, 0]);
});
