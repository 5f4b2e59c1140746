/** Fake model provider: an HTTP server that implements the wire formats of the OpenAI and Anthropic APIs. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received request. */
export interface LlmRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** An answer of the provider. */
export type LlmAnswer =
  /** A complete response; with a status, an error. */
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  /** A stream of events. `ending` is what follows: a regular end, a broken connection, or no more data. */
  | { readonly events: readonly string[]; readonly ending?: 'end' | 'break' | 'silence' };

/** Starts a provider on a free port of 127.0.0.1. Calls `answer` for each request, including retries. */
export async function startLlmUpstream(answer: (request: LlmRequest, count: number) => LlmAnswer) {
  const requests: LlmRequest[] = [];
  let disconnects = 0;
  const server = createServer(async (request, response) => {
    // Without `Date`, equal answers have equal headers.
    response.sendDate = false;
    let text = '';
    for await (const chunk of request) text += chunk;
    const received = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) };
    requests.push(received);
    response.on('close', () => {
      if (!response.writableFinished) disconnects++;
    });
    await send(response, answer(received, requests.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    /** Number of clients that disconnected before their response was complete. */
    disconnects: () => disconnects,
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
  if (answer.ending === 'break') response.destroy();
  else if (answer.ending !== 'silence') response.end();
}

/** Unnamed events, as OpenAI's completions send them. */
export function unnamedEvents(...events: readonly unknown[]): string[] {
  return [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'];
}

/** Events named by their type, as OpenAI's responses and Anthropic's messages send them. */
export function namedEvents(...events: readonly ({ readonly type: string } & Record<string, unknown>)[]): string[] {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

/** 1000 input tokens, of which 600 read from the cache and 50 written to it; 200 output tokens, of which 120 reasoning. */
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
/** The same usage in Anthropic's format, whose input excludes cached tokens. */
const messageUsage = {
  input_tokens: 350,
  cache_read_input_tokens: 600,
  cache_creation_input_tokens: 50,
  output_tokens: 200,
  output_tokens_details: { thinking_tokens: 120 },
};

const openaiModel = 'gpt-5-mini-2025-08-07';
const anthropicModel = 'claude-sonnet-5-5';

/** Returns a chat completion with the text `content`. */
export function chatCompletion(content = 'Paris.') {
  const message = { role: 'assistant', content, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: openaiModel, choices, usage: chatUsage };
}

/** Returns a chat completion that calls a tool. */
export function toolCall(name: string) {
  const call = { id: 'call_1', type: 'function', function: { name, arguments: '{}' } };
  const message = { role: 'assistant', content: null, refusal: null, tool_calls: [call] };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }];
  return { ...chatCompletion(), choices };
}

/** Returns a streamed chat completion: the role, each text, the finish reason and, optionally, the usage. */
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

/** Returns a text completion, or a chunk of a streamed one. */
export function textCompletion(text = 'Paris.', usage: unknown = { prompt_tokens: 5, completion_tokens: 2 }) {
  const choices = [{ index: 0, text, logprobs: null, finish_reason: 'stop' }];
  return { id: 'cmpl-1', object: 'text_completion', created: 1, model: openaiModel, choices, usage };
}

/** Returns an embedding of two dimensions, in base64 as the SDK requests. */
export function embeddings() {
  const embedding = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString('base64');
  const data = [{ object: 'embedding', index: 0, embedding }];
  return { object: 'list', model: 'text-embedding-3-small', data, usage: { prompt_tokens: 8, total_tokens: 8 } };
}

/** Returns a response with the text `text`, or with the status `failed`. */
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

/** Returns a streamed response: start, each text, end. */
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

/** Returns a message with the text `text`. */
export function message(text = 'Paris.', usage: unknown = messageUsage) {
  const content = [{ type: 'text', text, citations: null }];
  return { ...emptyMessage(usage), content, stop_reason: 'end_turn' };
}

function emptyMessage(usage: unknown) {
  const unfinished = { content: [], stop_reason: null, stop_sequence: null };
  return { id: 'msg_1', type: 'message', role: 'assistant', model: anthropicModel, ...unfinished, usage };
}

/** Returns a streamed message: start, a ping, each text, end with the final usage. */
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
