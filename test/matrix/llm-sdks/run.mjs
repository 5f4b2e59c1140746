/** Tests clients of each supported SDK version against a fake provider: calls are measured and return unchanged results. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { genai, observeAnthropic, observeOpenAI } from 'otelier/packs/genai';

const question = [{ role: 'user', content: 'Capital of France?' }];

/** Responses by path, complete and streamed: 1000 input tokens, of which 600 cached; 20 output tokens. */
const responses = {
  '/v1/chat/completions': {
    json: {
      object: 'chat.completion',
      model: 'gpt-4o',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Paris.' } }],
      usage: { prompt_tokens: 1_000, prompt_tokens_details: { cached_tokens: 600 }, completion_tokens: 20 },
    },
    events: [
      chunk([{ index: 0, delta: { role: 'assistant', content: '' } }]),
      chunk([{ index: 0, delta: { content: 'Pa' } }]),
      chunk([{ index: 0, delta: { content: 'ris.' } }]),
      chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
      chunk([], { prompt_tokens: 1_000, prompt_tokens_details: { cached_tokens: 600 }, completion_tokens: 20 }),
      'data: [DONE]\n\n',
    ],
  },
  '/v1/messages': {
    json: {
      ...message({ input_tokens: 400, cache_read_input_tokens: 600, output_tokens: 20 }),
      content: [{ type: 'text', text: 'Paris.' }],
    },
    events: [
      event('message_start', { message: message({ input_tokens: 400, cache_read_input_tokens: 600 }) }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Pa' } }),
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'ris.' } }),
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } }),
      event('message_stop', {}),
    ],
  },
};

function chunk(choices, usage = null) {
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', model: 'gpt-4o', choices, usage })}\n\n`;
}

function message(usage) {
  return { id: 'm', type: 'message', role: 'assistant', model: 'claude-sonnet-5-5', content: [], usage };
}

function event(type, members) {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** The provider. The model `none` does not exist. */
const provider = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  const { model, stream } = JSON.parse(text);
  if (model === 'none') {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":"model_not_found"}}');
    return;
  }
  const { json, events } = responses[request.url];
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
  response.end(stream ? events.join('') : JSON.stringify(json));
});
provider.listen(0, '127.0.0.1');
await once(provider, 'listening');
const url = `http://127.0.0.1:${provider.address().port}`;

/** Runs calls of a client with its own metrics, and compares a scrape with the calls. */
async function check(name, observe, makeClient, path, { create, helper, options }) {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    packs: { genai: genai({ prices: 'none', environment: {} }) },
    backends: [prometheus({ port: 0 })],
  });
  await metrics.ready;
  const client = observe(makeClient(), metrics.genai);
  const { json } = responses[path];
  const body = { model: json.model, max_tokens: 100, messages: question };
  assert.equal(textOf(await create(client, body)), 'Paris.');
  const call = create(client, body);
  const { data, response } = await call.withResponse();
  assert.equal(textOf(data), 'Paris.');
  assert.equal(textOf(await call), 'Paris.');
  assert.equal(response.status, 200);

  const events = [];
  const streamed = await create(client, { ...body, stream: true, ...options });
  for await (const part of streamed) events.push(part);
  assert.ok(events.length >= 5);
  for await (const part of await create(client, { ...body, stream: true, ...options })) {
    if (/"Pa"/.test(JSON.stringify(part))) break;
  }
  assert.equal(await helper(client, { ...body, ...options }), 'Paris.');

  const failure = await create(client, { ...body, model: 'none' }).then(assert.fail, (error) => error);
  assert.equal(failure.status, 404);

  const sums = sumsOf(await (await fetch(metrics.status().backends[0].url)).text());
  await metrics.shutdown();
  const { operations, input, output, cancelled, completed, failed, firstChunks } = sums;
  const expected = { operations: 6, input: 5_000, output: 80, cancelled: 1, completed: 2, failed: 1, firstChunks: 3 };
  // The cancelled stream has no output tokens; with OpenAI, no input tokens either.
  if (path === '/v1/chat/completions') expected.input = 4_000;
  assert.deepEqual({ operations, input, output, cancelled, completed, failed, firstChunks }, expected, name);
  console.log(`ok ${name}`);
}

function textOf({ content, choices }) {
  return content?.[0].text ?? choices[0].message.content;
}

function sumsOf(text) {
  const sum = (pattern) =>
    text
      .split('\n')
      .filter((line) => pattern.test(line))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  return {
    operations: sum(/^gen_ai_client_operation_duration_seconds_count/),
    failed: sum(/^gen_ai_client_operation_duration_seconds_count.*error_type="/),
    input: sum(/^gen_ai_client_token_usage_sum.*token_type="input"/),
    output: sum(/^gen_ai_client_token_usage_sum.*token_type="output"/),
    completed: sum(/^gen_ai_client_streams_total.*outcome="completed"/),
    cancelled: sum(/^gen_ai_client_streams_total.*outcome="cancelled"/),
    firstChunks: sum(/^gen_ai_client_operation_time_to_first_chunk_seconds_count/),
  };
}

const completions = {
  options: { stream_options: { include_usage: true } },
  create: ({ chat }, body) => chat.completions.create(body),
  async helper({ chat, beta }, body) {
    const resource = chat.completions.stream === undefined ? beta.chat : chat;
    return textOf(await resource.completions.stream(body).finalChatCompletion());
  },
};
const messages = {
  options: {},
  create: (client, body) => client.messages.create(body),
  helper: async (client, body) => textOf(await client.messages.stream(body).finalMessage()),
};

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
for (const [alias, version] of Object.entries(dependencies)) {
  if (!/^(openai|anthropic)-/.test(alias)) continue;
  const { default: Client } = await import(alias);
  const isOpenAI = alias.startsWith('openai');
  const makeClient = () => new Client({ apiKey: 'k', maxRetries: 0, baseURL: isOpenAI ? `${url}/v1` : url });
  const name = version.replace(/^npm:/, '');
  if (isOpenAI) await check(name, observeOpenAI, makeClient, '/v1/chat/completions', completions);
  else await check(name, observeAnthropic, makeClient, '/v1/messages', messages);
}
provider.closeAllConnections();
provider.close();
