/** Streamed answers: measured without being changed, and counted once however they end. */
import type { StreamReading } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { outcomes, read, source, start } from './genai-client.js';

interface Chunk {
  readonly text: string;
  readonly usage?: { readonly input?: number; readonly output?: number; readonly reasoning?: number };
}

const openai = { provider: 'openai', model: 'gpt-4o' };
const of = 'chat/openai/gpt-4o';
const chunk = (text: string): Chunk => ({ text });

test('a stream that is read to its end tells its times, its tokens and their speed', async () => {
  const { clock, recorder, values, rejected } = await start();
  const reading: StreamReading<Chunk> = {
    usage: ({ usage }) =>
      usage && {
        ...(usage.input === undefined ? {} : { inputTokens: usage.input }),
        ...(usage.output === undefined ? {} : { outputTokens: usage.output }),
      },
    model: () => 'gpt-4o-2024-08-06',
    tokens: ({ text }) => text.length,
  };
  const chunks = [{ text: '', usage: { input: 9, output: 1 } }, chunk('ab'), { text: 'cd', usage: { output: 4 } }];
  const { stream } = source(clock, chunks);
  clock.advance(300);
  const seen = await read(recorder.observe(stream, openai, reading));
  expect(seen).toEqual(chunks);
  expect(seen.every((each, index) => each === chunks[index])).toBe(true);
  expect(await values()).toEqual({
    [`token_usage_count/${of}/gpt-4o/input`]: 1,
    [`token_usage_sum/${of}/gpt-4o/input`]: 9,
    [`token_usage_count/${of}/gpt-4o/output`]: 1,
    [`token_usage_sum/${of}/gpt-4o/output`]: 4,
    [`operation_duration_seconds_count/${of}/gpt-4o`]: 1,
    [`operation_duration_seconds_sum/${of}/gpt-4o`]: 0.3,
    [`operation_time_to_first_chunk_seconds_count/${of}`]: 1,
    [`operation_time_to_first_chunk_seconds_sum/${of}`]: 0.1,
    [`operation_time_per_output_chunk_seconds_count/${of}`]: 2,
    [`operation_time_per_output_chunk_seconds_sum/${of}`]: 0.2,
    [`output_tokens_per_second_count/${of}/gpt-4o`]: 1,
    [`output_tokens_per_second_sum/${of}/gpt-4o`]: 20,
    [`streams_total/${of}/gpt-4o/completed`]: 1,
    active_streams: 0,
  });
  expect(rejected()).toEqual({});
});

test('tokens that only chunks tell are those of the output', async () => {
  const { clock, recorder, values } = await start({
    conventions: 'latest',
    prices: { 'gpt-4o': { input: 1, output: 1 } },
  });
  const { stream } = source(clock, [1, 2, 4]);
  await read(recorder.observe(stream, openai, { tokens: (tokens) => tokens }));
  expect(await values()).toMatchObject({
    [`inference_usage_output_tokens_total/${of}/unknown`]: 7,
    [`inference_operation_output_tokens_sum/${of}`]: 7,
    [`output_tokens_per_second_sum/${of}`]: 30,
  });
  // Without the input, what they cost is not what the operation cost.
  expect(Object.keys(await values()).filter((name) => name.includes('cost'))).toEqual([]);
});

test('the speed of chunks that tell no tokens is that of the usage, without reasoning', async () => {
  const { clock, recorder, values } = await start();
  const last = { text: '', usage: { input: 3, output: 50, reasoning: 10 } };
  const { stream } = source<Chunk>(clock, [chunk('a'), chunk('b'), chunk('c'), last]);
  await read(
    recorder.observe(stream, openai, {
      usage: ({ usage }) => usage && { outputTokens: usage.output ?? 0, reasoningTokens: usage.reasoning ?? 0 },
    }),
  );
  // Three of four chunks, 40 tokens, 0.3 s.
  expect(await values()).toMatchObject({ [`output_tokens_per_second_sum/${of}`]: 100 });
});

test('the consumer sets the pace: nothing is asked for before the consumer asks', async () => {
  const { clock, recorder } = await start();
  const { stream, calls } = source(clock, ['a', 'b', 'c']);
  const iterator = recorder.observe(stream, openai)[Symbol.asyncIterator]();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual([]);
  expect(await iterator.next()).toEqual({ done: false, value: 'a' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual(['gave']);
  expect(await Promise.all([iterator.next(), iterator.next(), iterator.next()])).toEqual([
    { done: false, value: 'b' },
    { done: false, value: 'c' },
    { done: true, value: undefined },
  ]);
});

test.each([['break'], ['return'], ['throw']])(
  'a consumer that leaves by %s has cancelled, and the source is closed',
  async (way) => {
    const { clock, recorder, values } = await start();
    const { stream, calls } = source(clock, ['a', 'b', 'c']);
    const leave = async () => {
      for await (const each of recorder.observe(stream, openai)) {
        expect(each).toBe('a');
        if (way === 'break') break;
        if (way === 'return') return 'left';
        throw new Error('mine');
      }
      return 'broke';
    };
    const left = await leave().catch((error: Error) => error.message);
    expect(left).toBe({ break: 'broke', return: 'left', throw: 'mine' }[way]);
    expect(calls).toEqual(['gave', 'closed']);
    const seen = await values();
    expect(outcomes(seen)).toEqual({ cancelled: 1 });
    expect(seen[`operation_duration_seconds_sum/${of}`]).toBe(0.1);
  },
);

test('a source that cannot be closed can be left all the same', async () => {
  const { recorder, values } = await start();
  const endless: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value: 'a' }) }),
  };
  for await (const each of recorder.observe(endless, openai)) {
    expect(each).toBe('a');
    break;
  }
  const iterator = recorder.observe(endless, openai)[Symbol.asyncIterator]();
  expect(iterator.throw).toBeUndefined();
  expect(await iterator.return?.('bye')).toEqual({ done: true, value: 'bye' });
  expect(outcomes(await values())).toEqual({ cancelled: 2 });
});

test('a source that throws half-way fails with the very same error', async () => {
  const { clock, recorder, values, rejected } = await start();
  const error = Object.assign(new Error('the connection of alice broke'), { code: 'ECONNRESET' });
  const { stream } = source(clock, ['a', 'b'], error);
  const seen: string[] = [];
  const caught = await (async () => {
    for await (const each of recorder.observe(stream, openai)) seen.push(each);
  })().catch((thrown: unknown) => thrown);
  expect(caught).toBe(error);
  expect(seen).toEqual(['a', 'b']);
  expect(await values()).toMatchObject({
    [`streams_total/${of}/failed`]: 1,
    [`operation_duration_seconds_sum/${of}/ECONNRESET`]: 0.2,
  });
  expect(rejected()).toEqual({});
});

const broken = new Error('broken');
function fail(): never {
  throw broken;
}
test.each<[string, AsyncIterable<string>]>([
  ['when it is iterated over', { [Symbol.asyncIterator]: () => fail() }],
  ['at once when it is read', { [Symbol.asyncIterator]: () => ({ next: () => fail() }) }],
])('a source that throws %s fails', async (_, stream) => {
  const { recorder, values } = await start();
  await expect(read(recorder.observe(stream, openai))).rejects.toBe(broken);
  expect(outcomes(await values())).toEqual({ failed: 1 });
});

test('what the consumer throws into the source arrives there', async () => {
  const { recorder, values } = await start();
  async function* asking(): AsyncGenerator<string> {
    try {
      yield 'a';
    } catch (error) {
      yield `took ${(error as Error).message}`;
    }
    yield 'b';
  }
  const iterator = recorder.observe(asking(), openai)[Symbol.asyncIterator]();
  await iterator.next();
  expect(await iterator.throw?.(new Error('it'))).toEqual({ done: false, value: 'took it' });
  expect(outcomes(await values())).toEqual({});
  const mine = new Error('again');
  await expect(iterator.throw?.(mine)).rejects.toBe(mine);
  expect(outcomes(await values())).toEqual({ failed: 1 });
});

test('who iterates a second time has the source itself', async () => {
  const { clock, recorder, values } = await start();
  const { stream } = source(clock, ['a']);
  const observed = recorder.observe(stream, openai);
  expect(await read(observed)).toEqual(['a']);
  expect(await read(observed)).toEqual([]);
  expect(outcomes(await values())).toEqual({ completed: 1 });
});

test('the rest of a stream can be read in a loop after its first chunk was taken by hand', async () => {
  const { clock, recorder, values } = await start();
  const { stream } = source(clock, ['a', 'b', 'c']);
  const iterator = recorder.observe(stream, openai)[Symbol.asyncIterator]() as AsyncIterableIterator<string>;
  expect(await iterator.next()).toEqual({ done: false, value: 'a' });
  expect(await read(iterator)).toEqual(['b', 'c']);
  const seen = await values();
  expect(outcomes(seen)).toEqual({ completed: 1 });
  expect(seen[`operation_time_per_output_chunk_seconds_count/${of}`]).toBe(2);
});

test('chunks that cannot be understood pass, and are counted', async () => {
  const { clock, recorder, values, rejected } = await start();
  const { stream } = source(clock, ['a', 'b']);
  const reading = { tokens: () => fail(), usage: () => 'many' as never };
  expect(await read(recorder.observe(stream, openai, reading))).toEqual(['a', 'b']);
  expect(outcomes(await values())).toEqual({ completed: 1 });
  expect(rejected()).toEqual({ value_not_finite: 4 });
});

test('an operation that is told of chunks is a stream, ended as it is said', async () => {
  const { recorder, values } = await start();
  for (const end of [
    () => recorder.begin(openai).end(),
    () => streaming().end(),
    () => streaming().fail(new Error('x')),
    () => streaming().end({ stream: 'cancelled' }),
    () => recorder.begin(openai).end({ stream: 'completed' }),
  ]) {
    end();
  }
  expect(outcomes(await values())).toEqual({ completed: 2, failed: 1, cancelled: 1 });
  function streaming() {
    const operation = recorder.begin(openai);
    operation.chunk();
    return operation;
  }
});

test('a chunk allocates nothing', async () => {
  const { recorder } = await start({ conventions: 'both' });
  const operation = recorder.begin(openai);
  const chunks = 100_000;
  const grown = Array.from({ length: 12 }, () => {
    heapUsed();
    const before = process.memoryUsage().heapUsed;
    for (let told = 0; told < chunks; told++) operation.chunk(1);
    return process.memoryUsage().heapUsed - before;
  });
  // Bytes a chunk, once it is compiled; an object would be 40 and more.
  expect(Math.min(...grown.filter((bytes) => bytes >= 0)) / chunks).toBeLessThan(1);
});
