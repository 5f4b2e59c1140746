/** Tests the estimates of a tokenizer for calls of SDK clients without usage. */
import { expect, test, vi } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { chatChunks, messageEvents, namedEvents, response, responseEvents } from '../support/llm-upstream.js';
import { read } from './genai-client.js';
import { tokenizer } from './genai-missing-usage.js';
import { question, startAnthropic, startOpenAI, toAnthropic } from './genai-sdks.js';

const withoutUsage = { events: chatChunks(['Pa', 'ris.'], false) };
const inputLength = 'Capital of France?'.length;

test('estimates a streamed completion, and what a cancelled one had sent', async () => {
  const { client, values } = await startOpenAI(() => withoutUsage, {}, { tokenizer });
  await read(await client.chat.completions.create({ ...question, stream: true }));
  expect(await values()).toMatchObject({
    'cost_usd_total/true': (inputLength + 60) / 1e6,
    'token_usage_sum/true/input': inputLength,
    'token_usage_sum/true/output': 6,
  });
  for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
    if (chunk.choices[0]?.delta.content === 'Pa') break;
  }
  expect(await values()).toMatchObject({ 'token_usage_sum/true/output': 8 });
});

test('estimates the output of a cancelled message, whose input is reported', async () => {
  const events = messageEvents(['Pa', 'ris.']);
  const { client, values } = await startAnthropic(() => ({ events }), { tokenizer });
  for await (const event of await client.messages.create({ ...toAnthropic, stream: true })) {
    if (event.type === 'content_block_delta') break;
  }
  const seen = await values();
  expect(seen).toMatchObject({ 'token_usage_sum/input': 1_000, 'token_usage_sum/true/output': 2 });
  expect(Object.keys(seen).filter((name) => name.startsWith('cost'))).toEqual(['cost_usd_total/true']);
});

test('estimates a cancelled response', async () => {
  const { client, values } = await startOpenAI(() => ({ events: responseEvents(['Pa', 'ris.']) }), {}, { tokenizer });
  const request = { model: 'gpt-5-mini', input: 'Capital of France?', stream: true } as const;
  for await (const event of await client.responses.create(request)) {
    if (event.type.endsWith('.delta')) break;
  }
  expect(await values()).toMatchObject({
    'token_usage_sum/true/input': inputLength,
    'token_usage_sum/true/output': 2,
  });
});

test('estimates a completed response without usage once, from its deltas', async () => {
  const completed = { type: 'response.completed', response: { ...response('Paris.'), usage: null } };
  const events = [...responseEvents(['Pa', 'ris.']).slice(0, -1), ...namedEvents(completed)];
  const { client, values } = await startOpenAI(() => ({ events }), {}, { tokenizer });
  await read(await client.responses.create({ model: 'gpt-5-mini', input: 'Capital of France?', stream: true }));
  expect(await values()).toMatchObject({ 'token_usage_sum/true/output': 6 });
});

const tools = [{ type: 'function', function: { name: 'f', parameters: { a: 1 } } }] as const;
const media = [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }] as const;
test.each<[string, object, number | undefined]>([
  ['texts of messages', { messages: [{ role: 'system', content: 'abc' }, ...question.messages] }, inputLength + 3],
  ['parts of messages', { messages: [{ role: 'user', content: [{ type: 'text', text: 'abcd' }] }] }, 4],
  ['tools', { messages: question.messages, tools }, inputLength + 1 + '{"a":1}'.length],
  ['calls of tools', { messages: [{ role: 'assistant', content: null, tool_calls: tools }] }, 1 + '{"a":1}'.length],
  ['an image', { messages: [{ role: 'user', content: media }] }, undefined],
])('estimates the input from %s', async (_, request, length) => {
  const { client, values } = await startOpenAI(() => withoutUsage, {}, { tokenizer });
  await read(await client.chat.completions.create({ ...question, ...request, stream: true }));
  const seen = await values();
  expect(seen['token_usage_sum/true/input']).toBe(length);
  expect(seen['cost_unknown_total/no_usage']).toBe(length === undefined ? 1 : undefined);
});

test.each<[string, object, number | undefined]>([
  ['a complete completion without usage', {}, 6],
  ['with a call of a tool', { content: null, tool_calls: tools }, 1 + '{"a":1}'.length],
])('estimates the output of %s', async (_, message, length) => {
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Paris.', ...message }, finish_reason: 'stop' }];
  const { client, values } = await startOpenAI(() => ({ json: { model: 'gpt-5-mini', choices } }), {}, { tokenizer });
  await client.chat.completions.create(question);
  expect((await values())['token_usage_sum/true/output']).toBe(length);
});

test('counts a stream that is never read as abandoned, with an unknown cost', async () => {
  const { client, values } = await startOpenAI(() => withoutUsage);
  await (async () => {
    await client.chat.completions.create({ ...question, stream: true });
  })();
  expect(await values()).toMatchObject({ active_streams: 1 });
  await vi.waitFor(
    async () => {
      heapUsed();
      expect(await values()).toMatchObject({ 'streams_total/abandoned': 1, 'cost_unknown_total/no_usage': 1 });
    },
    { timeout: 20_000 },
  );
});
