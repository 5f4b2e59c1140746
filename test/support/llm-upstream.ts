/** A fake of the providers of models, at the world's edge: an HTTP server that speaks the wire formats of their APIs. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the provider got it. */
export interface LlmRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** What the provider answers. */
export type LlmAnswer =
  /** A whole answer, or with a status an error. */
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  /** A stream of events. What follows them: its end, a connection that breaks, or silence. */
  | { readonly events: readonly string[]; readonly afterwards?: 'end' | 'break' | 'silence' };

/** Starts a provider on a free port of 127.0.0.1; `answer` is asked for each request, those sent again included. */
export async function startLlmUpstream(answer: (request: LlmRequest, count: number) => LlmAnswer) {
  const requests: LlmRequest[] = [];
  let left = 0;
  const server = createServer(async (request, response) => {
    // The same answer has the same headers at any time.
    response.sendDate = false;
    let text = '';
    for await (const chunk of request) text += chunk;
    const received = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) };
    requests.push(received);
    response.on('close', () => {
      if (!response.writableFinished) left++;
    });
    await send(response, answer(received, requests.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    /** How many clients went away before their answer was complete. */
    left: () => left,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function send(response: ServerResponse, answer: LlmAnswer): Promise<void> {
  if ('json' in answer) {
    const { status = 200, headers, json } = answer;
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers });
    response.end(JSON.stringify(json));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' });
  for (const event of answer.events) await new Promise<void>((sent) => response.write(event, () => sent()));
  if (answer.afterwards === 'break') response.destroy();
  else if (answer.afterwards !== 'silence') response.end();
}

/** Events without names, as of OpenAI's completions. */
export function unnamedEvents(...events: readonly unknown[]): string[] {
  return [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'];
}

/** Events named by their type, as of OpenAI's responses and Anthropic's messages. */
export function namedEvents(...events: readonly ({ readonly type: string } & Record<string, unknown>)[]): string[] {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

/** 1000 tokens in, 600 of them from the cache and 50 written to it; 200 out, 120 of them reasoning. */
const chatUsage = {
  prompt_tokens: 1_000,
  completion_tokens: 200,
  total_tokens: 1_200,
  prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 50 },
  completion_tokens_details: { reasoning_tokens: 120 },
};
const responseUsage = {
  input_tokens: 1_000,
  output_tokens: 200,
  total_tokens: 1_200,
  input_tokens_details: { cached_tokens: 600, cache_write_tokens: 50 },
  output_tokens_details: { reasoning_tokens: 120 },
};
/** The same, as Anthropic counts: input is what has to do with no cache. */
const messageUsage = {
  input_tokens: 350,
  cache_read_input_tokens: 600,
  cache_creation_input_tokens: 50,
  output_tokens: 200,
  output_tokens_details: { thinking_tokens: 120 },
};

const openaiModel = 'gpt-5-mini-2025-08-07';
const anthropicModel = 'claude-sonnet-5-5';

/** A chat completion that says `content`. */
export function chatCompletion(content = 'Paris.') {
  const message = { role: 'assistant', content, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: openaiModel, choices, usage: chatUsage };
}

/** A chat completion that wants a tool called. */
export function toolCall(name: string) {
  const call = { id: 'call_1', type: 'function', function: { name, arguments: '{}' } };
  const message = { role: 'assistant', content: null, refusal: null, tool_calls: [call] };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }];
  return { ...chatCompletion(), choices };
}

/** A streamed chat completion: the role, each text, why it ends and, where wanted, the usage. */
export function chatChunks(texts: readonly string[], withUsage = true) {
  const of = (choices: readonly unknown[], usage: unknown = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: openaiModel,
    choices,
    usage,
  });
  const choice = (delta: object, finish_reason: string | null = null) => of([{ index: 0, delta, finish_reason }]);
  return unnamedEvents(
    choice({ role: 'assistant', content: '' }),
    ...texts.map((content) => choice({ content })),
    choice({}, 'stop'),
    ...(withUsage ? [of([], chatUsage)] : []),
  );
}

/** A text completion, and the chunks of a streamed one. */
export function textCompletion(text = 'Paris.', usage: unknown = { prompt_tokens: 5, completion_tokens: 2 }) {
  const choices = [{ index: 0, text, logprobs: null, finish_reason: 'stop' }];
  return { id: 'cmpl-1', object: 'text_completion', created: 1, model: openaiModel, choices, usage };
}

/** Embeddings of two dimensions, in base64 as the SDK asks for. */
export function embeddings() {
  const embedding = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString('base64');
  const data = [{ object: 'embedding', index: 0, embedding }];
  return { object: 'list', model: 'text-embedding-3-small', data, usage: { prompt_tokens: 8, total_tokens: 8 } };
}

/** A response that says `text`; `failed` for one that the model gave up. */
export function response(text = 'Paris.', status: 'completed' | 'in_progress' | 'failed' = 'completed') {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: openaiModel,
    status,
    error: status === 'failed' ? { code: 'server_error', message: 'It broke.' } : null,
    output: status === 'completed' ? [{ id: 'msg_1', type: 'message', role: 'assistant', status, content }] : [],
    usage: status === 'completed' ? responseUsage : null,
  };
}

/** A streamed response: its beginning, each text, its end. */
export function responseEvents(texts: readonly string[], status: 'completed' | 'failed' = 'completed') {
  const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const part = { type: 'output_text', text: '', annotations: [] };
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  return namedEvents(
    { type: 'response.created', response: response('', 'in_progress') },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.content_part.added', ...at, part },
    ...texts.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: `response.${status}`, response: response(texts.join(''), status) },
  );
}

/** A message that says `text`. */
export function message(text = 'Paris.', usage: unknown = messageUsage) {
  const content = [{ type: 'text', text, citations: null }];
  return { ...emptyMessage(usage), content, stop_reason: 'end_turn' };
}

function emptyMessage(usage: unknown) {
  const nothing = { content: [], stop_reason: null, stop_sequence: null };
  return { id: 'msg_1', type: 'message', role: 'assistant', model: anthropicModel, ...nothing, usage };
}

/** A streamed message: its beginning, a ping, each text, its end with the final usage. */
export function messageEvents(texts: readonly string[]) {
  const { output_tokens, output_tokens_details, ...input } = messageUsage;
  return namedEvents(
    { type: 'message_start', message: emptyMessage({ ...input, output_tokens: 1 }) },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...texts.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens, output_tokens_details } },
    { type: 'message_stop' },
  );
}
