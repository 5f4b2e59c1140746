/** Tests streams and calls without usage, whose cost is counted as unknown. */
import type { GenaiRecorder, TokenUsage } from 'otelier/packs/genai';
import { expect, test, vi } from 'vitest';
import { read, start } from './genai-client.js';
import { call, complete, costs, fail, of, prices } from './genai-missing-usage.js';

type Ended = [title: string, end: (recorder: GenaiRecorder) => void, reason: string | undefined];
const streamed = (recorder: GenaiRecorder, usage?: TokenUsage, tokens?: number) => {
  const operation = recorder.begin(call);
  operation.chunk(tokens);
  return {
    ...operation,
    end: (stream: 'completed' | 'cancelled' | 'failed') => operation.end({ stream, ...(usage && { usage }) }),
  };
};
/** A provider that does not report the input does not report that it is empty. */
const outputOnly: readonly (readonly [format: string, usage: object])[] = [
  ['Text Generation Inference', { generated_text: 'a', details: { generated_tokens: 4, prefill: [], tokens: [] } }],
  ['Ollama', { model: 'm', done: true, eval_count: 18 }],
  ['OpenAI', { usage: { completion_tokens: 5 } }],
  ['Gemini', { usageMetadata: { candidatesTokenCount: 5 } }],
  ['Llama', { generation: 'a', prompt_token_count: null, generation_token_count: 4 }],
];
const ended: Ended[] = [
  ['a completed stream without usage', (to) => streamed(to).end('completed'), 'no_usage'],
  ['a cancelled stream without usage', (to) => streamed(to).end('cancelled'), 'no_usage'],
  ['a failed stream without usage', (to) => streamed(to).fail(new Error('x')), 'no_usage'],
  ['a stream cancelled before its first chunk', (to) => to.begin(call).end({ stream: 'cancelled' }), 'no_usage'],
  ['a stream with tokens of its chunks only', (to) => streamed(to, undefined, 5).end('completed'), 'no_usage'],
  ['a cancelled stream with input only', (to) => streamed(to, { inputTokens: 9 }).end('cancelled'), 'incomplete_usage'],
  ['a completed stream with input only', (to) => streamed(to, { inputTokens: 9 }).end('completed'), 'incomplete_usage'],
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
  ...outputOnly.map(
    ([format, usage]): Ended => [
      `a call with output only, in the format of ${format}`,
      (to) => to.operation({ ...call, durationSeconds: 1, usage }),
      'incomplete_usage',
    ],
  ),
  ['a call without usage', (to) => to.operation({ ...call, durationSeconds: 1 }), 'no_usage'],
];
test.each(ended)('counts the unknown cost of %s', async (_, end, reason) => {
  const { recorder, values } = await start({ prices });
  end(recorder);
  expect(costs(await values())).toEqual(reason === undefined ? {} : { [`cost_unknown_total/chat/a/b/${reason}`]: 1 });
});

test('derives the cost of a stream of which one event has the input, and another the output', async () => {
  const { recorder, values } = await start({ prices });
  const events = [{ usage: { input_tokens: 9, cache_read_input_tokens: 0 } }, { usage: { output_tokens: 5 } }];
  await read(recorder.observe(of(events), call, { usage: (event) => event }));
  expect(costs(await values())).toEqual({ 'cost_usd_total/chat/a/b': 0.000059 });
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
