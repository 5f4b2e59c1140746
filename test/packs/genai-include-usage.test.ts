/** Tests the option `includeUsage` of `observeOpenAI`, which requests the usage of streamed completions. */
import { observeOpenAI } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { chatChunks, embeddings, responseEvents, textCompletion, unnamedEvents } from '../support/llm-upstream.js';
import { read } from './genai-client.js';
import { question, startOpenAI } from './genai-sdks.js';

const asked = { include_usage: true };
const streamedText = { events: unnamedEvents(textCompletion('Pa', null), textCompletion('ris.')) };
const answerAll = ({ path, body }: { path: string; body: Record<string, unknown> }) => {
  if (path === '/v1/embeddings') return { json: embeddings() };
  if (path === '/v1/completions') return streamedText;
  if (path === '/v1/responses') return { events: responseEvents(['Pa', 'ris.']) };
  return { events: chatChunks(['Pa', 'ris.'], body['stream_options'] !== undefined) };
};
const options = { includeUsage: true };

test('requests the usage of streamed completions', async () => {
  const { client, values, provider } = await startOpenAI(answerAll, options);
  const request = { ...question, stream: true } as const;
  await read(await client.chat.completions.create(request));
  expect(provider.requests[0]?.body).toEqual({ ...request, stream_options: asked });
  // The caller's request is not changed.
  expect(request).toEqual({ ...question, stream: true });
  expect(await values()).toMatchObject({ 'token_usage_sum/input': 1_000, cost_usd_total: 0.00246 });

  await read(await client.completions.create({ model: 'gpt-5-mini', prompt: 'Capital', stream: true }));
  expect(provider.requests[1]?.body['stream_options']).toEqual(asked);
  await client.chat.completions.stream(question).done();
  expect(provider.requests[2]?.body['stream_options']).toEqual(asked);
  const copy = client.withOptions({ maxRetries: 0 });
  await read(await copy.chat.completions.create(request));
  expect(provider.requests[3]?.body['stream_options']).toEqual(asked);
});

test.each<[string, object, unknown]>([
  ['the caller declines it', { stream: true, stream_options: { include_usage: false } }, { include_usage: false }],
  ['the caller sets other options', { stream: true, stream_options: { x: 1 } }, { x: 1, include_usage: true }],
  ['the response is not streamed', {}, undefined],
  ['stream is false', { stream: false }, undefined],
])('sends these stream options if %s', async (_, request, sent) => {
  const { client, provider } = await startOpenAI(answerAll, options);
  await client.chat.completions.create({ ...question, ...request }).then(() => {});
  expect(provider.requests[0]?.body['stream_options']).toEqual(sent);
});

test('leaves other requests unchanged', async () => {
  const { client, provider } = await startOpenAI(answerAll, options);
  await read(await client.responses.create({ model: 'm', input: 'a', stream: true }));
  await client.embeddings.create({ model: 'm', input: 'a' });
  expect(provider.requests.map(({ body }) => Object.keys(body))).toEqual([
    ['model', 'input', 'stream'],
    ['model', 'input', 'encoding_format'],
  ]);
});

test('is off by default, and can be switched off again', async () => {
  const { client, provider, recorder } = await startOpenAI(answerAll, options);
  observeOpenAI(client, recorder);
  await read(await client.chat.completions.create({ ...question, stream: true }));
  expect(provider.requests[0]?.body).toEqual({ ...question, stream: true });
});

test('is refused if it is not a flag', async () => {
  const { client, recorder } = await startOpenAI(answerAll);
  expect(() => observeOpenAI(client, recorder, { includeUsage: 1 as never })).toThrow(
    'observeOpenAI.includeUsage: got 1, expected true or false',
  );
});
