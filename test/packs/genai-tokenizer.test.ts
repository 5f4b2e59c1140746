/** Tests the estimates of a tokenizer for calls without usage. */
import { setImmediate } from 'node:timers/promises';
import { type GenaiOptions, type GenaiRecorder, genai } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { type ClientOptions, read, start } from './genai-client.js';
import { call, complete, costs, fail, of, picked, prices, tokenizer } from './genai-missing-usage.js';

const startBoth = (options: ClientOptions) => start({ conventions: 'both', prices, ...options });

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
