/** Tests streams and calls without usage: their cost is counted as unknown, requested, or estimated. */
import { setImmediate } from 'node:timers/promises';
import { type GenaiOptions, type GenaiRecorder, genai, observeOpenAI, type TokenUsage } from 'otelier/packs/genai';
import { describe, expect, test, vi } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import {
  chatChunks,
  embeddings,
  messageEvents,
  namedEvents,
  response,
  responseEvents,
  textCompletion,
  unnamedEvents,
} from '../support/llm-upstream.js';
import { type ClientOptions, read, start } from './genai-client.js';
import { question, startAnthropic, startOpenAI, toAnthropic } from './genai-sdks.js';

const prices = { b: { input: 1, output: 10 } };
const call = { provider: 'a', model: 'b' };

/** One token per character. */
const tokenizer = (text: string) => text.length;

const startBoth = (options: ClientOptions) => start({ conventions: 'both', prices, ...options });

/** Returns the values whose names begin with one of the prefixes. */
function picked(values: Record<string, number>, ...prefixes: string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => prefixes.some((each) => name.startsWith(each))));
}
const costs = (values: Record<string, number>) => picked(values, 'cost_usd_total', 'cost_unknown_total');

const complete = { inputTokens: 5, outputTokens: 5 };

describe('without a tokenizer', () => {
  type Ended = [title: string, end: (recorder: GenaiRecorder) => void, reason: string | undefined];
  const streamed = (recorder: GenaiRecorder, usage?: TokenUsage, tokens?: number) => {
    const operation = recorder.begin(call);
    operation.chunk(tokens);
    return {
      ...operation,
      end: (stream: 'completed' | 'cancelled' | 'failed') => operation.end({ stream, ...(usage && { usage }) }),
    };
  };
  const ended: Ended[] = [
    ['a completed stream without usage', (to) => streamed(to).end('completed'), 'no_usage'],
    ['a cancelled stream without usage', (to) => streamed(to).end('cancelled'), 'no_usage'],
    ['a failed stream without usage', (to) => streamed(to).fail(new Error('x')), 'no_usage'],
    ['a stream cancelled before its first chunk', (to) => to.begin(call).end({ stream: 'cancelled' }), 'no_usage'],
    ['a stream with tokens of its chunks only', (to) => streamed(to, undefined, 5).end('completed'), 'no_usage'],
    [
      'a cancelled stream with input only',
      (to) => streamed(to, { inputTokens: 9 }).end('cancelled'),
      'incomplete_usage',
    ],
    [
      'a completed stream with input only',
      (to) => streamed(to, { inputTokens: 9 }).end('completed'),
      'incomplete_usage',
    ],
    [
      'a stream that failed before an answer',
      (to) => to.begin(call).fail(new Error('x'), { stream: 'failed' }),
      undefined,
    ],
    [
      'a call with an invalid count',
      (to) => to.operation({ ...call, durationSeconds: 1, usage: { inputTokens: 5, outputTokens: -1 } }),
      'incomplete_usage',
    ],
    [
      'a call with an invalid number of uses of a tool',
      (to) => to.operation({ ...call, durationSeconds: 1, usage: { ...complete, toolUses: { web_search: 0.5 } } }),
      'incomplete_usage',
    ],
    [
      'a call with a service tier that is not a string',
      (to) => to.operation({ ...call, durationSeconds: 1, usage: { ...complete, serviceTier: 1 as never } }),
      'incomplete_usage',
    ],
    [
      'a call with a count that cannot be read',
      (to) =>
        to.operation({
          ...call,
          durationSeconds: 1,
          usage: {
            inputTokens: 5,
            outputTokens: 5,
            get reasoningTokens() {
              return fail();
            },
          },
        }),
      'incomplete_usage',
    ],
    ['a call without usage', (to) => to.operation({ ...call, durationSeconds: 1 }), 'no_usage'],
  ];
  test.each(ended)('counts the unknown cost of %s', async (_, end, reason) => {
    const { recorder, values } = await start({ prices });
    end(recorder);
    expect(costs(await values())).toEqual(reason === undefined ? {} : { [`cost_unknown_total/chat/a/b/${reason}`]: 1 });
  });

  test('derives the cost of a stream from its input and the tokens of its chunks', async () => {
    const { recorder, values } = await start({ prices });
    streamed(recorder, { inputTokens: 9 }, 5).end('cancelled');
    expect(costs(await values())).toEqual({ 'cost_usd_total/chat/a/b': 0.000059 });
  });

  test('never reads the text of requests and responses', async () => {
    const { recorder, values } = await start({ prices });
    const never = vi.fn(() => 'text');
    await read(recorder.observe(of(['a']), { ...call, inputText: never }, { text: never }));
    expect(never).not.toHaveBeenCalled();
    expect(costs(await values())).toEqual({ 'cost_unknown_total/chat/a/b/no_usage': 1 });
  });
});

async function* of<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('with a tokenizer', () => {
  const prompt = 'four';
  const answer = 'answered';
  type Case = [title: string, record: (recorder: GenaiRecorder) => unknown, seen: Record<string, number>];
  const estimatedCost = { 'cost_usd_total/chat/a/b/true': (4 + 8 * 10) / 1e6 };
  const cases: Case[] = [
    [
      'a stream',
      (to) => read(to.observe(of(['answ', 'ered']), { ...call, inputText: prompt }, { text: (chunk) => chunk })),
      {
        ...estimatedCost,
        'token_usage_sum/chat/a/b/input/true': 4,
        'token_usage_sum/chat/a/b/output/true': 8,
        'inference_usage_input_tokens_total/chat/a/b/unknown/true': 4,
        'inference_usage_output_tokens_total/chat/a/b/unknown/true': 8,
        'inference_operation_input_tokens_sum/chat/a/b/true': 4,
        'inference_operation_output_tokens_sum/chat/a/b/true': 8,
      },
    ],
    [
      'a handle that is cancelled',
      (to) => {
        const operation = to.begin({ ...call, inputText: () => prompt });
        operation.chunk(undefined, answer);
        operation.end({ stream: 'cancelled' });
      },
      { ...estimatedCost, 'token_usage_sum/chat/a/b/output/true': 8 },
    ],
    [
      'a stream whose outcome repeats its text',
      (to) => {
        const operation = to.begin({ ...call, inputText: prompt });
        operation.chunk(undefined, answer.slice(0, 3));
        operation.chunk(undefined, answer.slice(3));
        operation.end({ outputText: answer });
      },
      { ...estimatedCost, 'token_usage_sum/chat/a/b/output/true': 8 },
    ],
    [
      'a failed stream whose outcome repeats its text',
      (to) => {
        const operation = to.begin({ ...call, inputText: prompt });
        operation.chunk(undefined, answer);
        operation.fail(new Error('x'), { stream: 'failed', outputText: answer });
      },
      { ...estimatedCost, 'token_usage_sum/chat/a/b/output/true': 8 },
    ],
    [
      'the output of a stream whose input is reported',
      (to) => {
        const operation = to.begin({ ...call, inputText: 'another' });
        operation.chunk(undefined, answer);
        operation.end({ stream: 'cancelled', usage: { inputTokens: 4 } });
      },
      { ...estimatedCost, 'token_usage_sum/chat/a/b/input': 4, 'token_usage_sum/chat/a/b/output/true': 8 },
    ],
    [
      'the input of a stream whose chunks have tokens',
      (to) => {
        const operation = to.begin({ ...call, inputText: prompt });
        operation.chunk(8, 'ignored text');
        operation.end();
      },
      { ...estimatedCost, 'token_usage_sum/chat/a/b/input/true': 4, 'token_usage_sum/chat/a/b/output': 8 },
    ],
    [
      'a complete response',
      (to) => to.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1 }),
      { ...estimatedCost, 'token_usage_sum/chat/a/b/output/true': 8 },
    ],
    [
      'embeddings',
      (to) => to.operation({ ...call, operation: 'embeddings', inputText: prompt, durationSeconds: 1 }),
      {
        'cost_usd_total/embeddings/a/b/true': 4 / 1e6,
        'embeddings_operation_input_tokens_sum/embeddings/a/b/true': 4,
      },
    ],
    [
      'a stream that is cancelled before its first chunk',
      (to) => to.begin({ ...call, inputText: prompt }).end({ stream: 'cancelled' }),
      { 'cost_usd_total/chat/a/b/true': 4 / 1e6 },
    ],
    [
      'nothing if the usage is complete',
      (to) =>
        to.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1, usage: { inputTokens: 1 } }),
      { 'cost_usd_total/chat/a/b': 1 / 1e6, 'token_usage_sum/chat/a/b/input': 1 },
    ],
    [
      'tokens, but no cost, beside a reported cost',
      (to) => to.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1, costUsd: 2 }),
      { 'cost_usd_total/chat/a/b': 2, 'token_usage_sum/chat/a/b/input/true': 4 },
    ],
    [
      'the output, but no cost, of a stream whose input is unknown',
      (to) => read(to.observe(of([answer]), call, { text: (chunk) => chunk })),
      { 'cost_unknown_total/chat/a/b/no_usage': 1, 'token_usage_sum/chat/a/b/output/true': 8 },
    ],
    [
      'the input, but no cost, of a stream whose output is unknown',
      (to) => read(to.observe(of([answer]), { ...call, inputText: prompt })),
      { 'cost_unknown_total/chat/a/b/no_usage': 1, 'token_usage_sum/chat/a/b/input/true': 4 },
    ],
    ['nothing of a call that was refused', (to) => to.begin({ ...call, inputText: prompt }).fail(new Error('x')), {}],
  ];
  test.each(cases)('estimates %s', async (_, record, expected) => {
    const { recorder, values, rejected } = await startBoth({ tokenizer });
    await record(recorder);
    const seen = await values();
    expect(seen).toMatchObject(expected);
    expect(Object.keys(costs(seen))).toEqual(Object.keys(costs(expected)));
    const named = picked(expected, 'token_usage_sum');
    if (Object.keys(named).length > 1) expect(picked(seen, 'token_usage_sum')).toEqual(named);
    expect(rejected()).toEqual({});
  });

  test('passes the model that answers, or else the requested one', async () => {
    const models: unknown[] = [];
    const { recorder } = await start({
      prices,
      tokenizer: (text, model) => {
        models.push(model);
        return text.length;
      },
    });
    recorder.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1, responseModel: 'b-2' });
    recorder.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1 });
    expect(models).toEqual(['b-2', 'b-2', 'b', 'b']);
  });

  test.each<[string, unknown]>([
    ['throws', () => fail()],
    ['returns NaN', () => Number.NaN],
    ['returns a negative number', () => -1],
    ['returns a promise', async () => 1],
    ['returns a promise that rejects', () => Promise.reject(new Error('x'))],
  ])('counts an unknown cost if the tokenizer %s', async (_, broken) => {
    const { recorder, values, rejected } = await start({ prices, tokenizer: broken as () => number });
    const operation = recorder.begin({ ...call, inputText: prompt });
    operation.chunk(undefined, 'x'.repeat(100_000));
    operation.end();
    await setImmediate();
    expect(costs(await values())).toEqual({ 'cost_unknown_total/chat/a/b/no_usage': 1 });
    expect(rejected()).toEqual({});
  });

  test.each<[string, object]>([
    ['count', { inputTokens: 5, outputTokens: 2.5 }],
    ['number of uses of a tool', { ...complete, toolUses: { web_search: 0.5 } }],
  ])('counts an unknown cost of a usage with an invalid %s', async (_, usage) => {
    const { recorder, values } = await start({ prices, tokenizer });
    recorder.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1, usage });
    expect(costs(await values())).toEqual({ 'cost_unknown_total/chat/a/b/incomplete_usage': 1 });
  });

  test('estimates the output of a stream with invalid tokens of a chunk', async () => {
    const { recorder, values } = await start({ prices, tokenizer });
    const operation = recorder.begin({ ...call, inputText: prompt });
    operation.chunk(1, answer.slice(0, 4));
    operation.chunk(2.5, answer.slice(4));
    operation.end();
    expect(await values()).toMatchObject({ 'token_usage_sum/chat/a/b/output/true': answer.length });
  });

  test('rounds estimates to whole tokens', async () => {
    const { recorder, values, rejected } = await start({ prices, tokenizer: (text) => text.length / 3 });
    recorder.operation({ ...call, inputText: prompt, outputText: answer, durationSeconds: 1 });
    expect(await values()).toMatchObject({
      'token_usage_sum/chat/a/b/input/true': 1,
      'token_usage_sum/chat/a/b/output/true': 3,
    });
    expect(rejected()).toEqual({});
  });

  test('counts an unknown cost if the text of the request cannot be read', async () => {
    const { recorder, values } = await start({ prices, tokenizer });
    for (const inputText of [() => fail(), 7 as never, () => 7 as never]) {
      recorder.operation({ ...call, inputText, outputText: answer, durationSeconds: 1 });
    }
    expect(costs(await values())).toEqual({ 'cost_unknown_total/chat/a/b/no_usage': 3 });
  });

  test('keeps a bounded part of a long output', async () => {
    let longest = 0;
    const { recorder, values } = await start({
      prices,
      tokenizer: (text) => {
        longest = Math.max(longest, text.length);
        return text.length;
      },
    });
    const operation = recorder.begin({ ...call, inputText: '' });
    const part = 'x'.repeat(1_000);
    operation.chunk();
    const before = heapUsed();
    for (let count = 0; count < 50_000; count++) operation.chunk(undefined, part.concat(String(count % 10)));
    expect(heapUsed() - before).toBeLessThan(10 * 2 ** 20);
    operation.end();
    expect(longest).toBeLessThan(70_000);
    expect(await values()).toMatchObject({ 'token_usage_sum/chat/a/b/output/true': 50_000 * 1_001 });
  });

  test.each<[string, GenaiOptions]>([['a tokenizer that is not a function', { tokenizer: 7 as never }]])(
    'refuses %s',
    (_, options) => {
      expect(() => genai(options)).toThrow('genai.tokenizer: got 7, expected a function');
    },
  );
});
function fail(): never {
  throw new Error('no tokens today');
}

describe('of clients', () => {
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
    const choices = [
      { index: 0, message: { role: 'assistant', content: 'Paris.', ...message }, finish_reason: 'stop' },
    ];
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

  describe('includeUsage', () => {
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
  });
});
