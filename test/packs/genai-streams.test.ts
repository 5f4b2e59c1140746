/** Tests that streamed responses are not changed, and are counted once with their outcome. */
import type { StreamReading } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { outcomes, read, source, start } from './genai-client.js';

interface Chunk {
  readonly text: string;
  readonly usage?: { readonly input?: number; readonly output?: number; readonly reasoning?: number };
}

const openai = { provider: 'openai', model: 'gpt-4o' };
const labels = 'chat/openai/gpt-4o';
const chunk = (text: string): Chunk => ({ text });

test('records the times, the tokens and the tokens per second of a completed stream', async () => {
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
    [`token_usage_count/${labels}/gpt-4o-2024-08-06/input`]: 1,
    [`token_usage_sum/${labels}/gpt-4o-2024-08-06/input`]: 9,
    [`token_usage_count/${labels}/gpt-4o-2024-08-06/output`]: 1,
    [`token_usage_sum/${labels}/gpt-4o-2024-08-06/output`]: 4,
    [`operation_duration_seconds_count/${labels}/gpt-4o-2024-08-06`]: 1,
    [`operation_duration_seconds_sum/${labels}/gpt-4o-2024-08-06`]: 0.3,
    [`operation_time_to_first_chunk_seconds_count/${labels}`]: 1,
    [`operation_time_to_first_chunk_seconds_sum/${labels}`]: 0.1,
    [`operation_time_per_output_chunk_seconds_count/${labels}`]: 2,
    [`operation_time_per_output_chunk_seconds_sum/${labels}`]: 0.2,
    [`output_tokens_per_second_count/${labels}/gpt-4o-2024-08-06`]: 1,
    [`output_tokens_per_second_sum/${labels}/gpt-4o-2024-08-06`]: 20,
    [`streams_total/${labels}/gpt-4o-2024-08-06/completed`]: 1,
    active_streams: 0,
  });
  expect(rejected()).toEqual({});
});

test('counts tokens that only chunks report as output', async () => {
  const { clock, recorder, values } = await start({
    conventions: 'latest',
    prices: { 'gpt-4o': { input: 1, output: 1 } },
  });
  const { stream } = source(clock, [1, 2, 4]);
  await read(recorder.observe(stream, openai, { tokens: (tokens) => tokens }));
  expect(await values()).toMatchObject({
    [`inference_usage_output_tokens_total/${labels}/unknown`]: 7,
    [`inference_operation_output_tokens_sum/${labels}`]: 7,
    [`output_tokens_per_second_sum/${labels}`]: 30,
  });
  // Without input tokens, the cost of the operation is unknown and not derived.
  const costs = Object.keys(await values()).filter((name) => name.includes('cost'));
  expect(costs).toEqual([`cost_unknown_total/${labels}/no_usage`]);
});

test('estimates tokens per second from the usage, without reasoning, if chunks report no tokens', async () => {
  const { clock, recorder, values } = await start();
  const last = { text: '', usage: { input: 3, output: 50, reasoning: 10 } };
  const { stream } = source<Chunk>(clock, [chunk('a'), chunk('b'), chunk('c'), last]);
  await read(
    recorder.observe(stream, openai, {
      usage: ({ usage }) => usage && { outputTokens: usage.output ?? 0, reasoningTokens: usage.reasoning ?? 0 },
    }),
  );
  // Three of four chunks, 40 tokens, 0.3 s.
  expect(await values()).toMatchObject({ [`output_tokens_per_second_sum/${labels}`]: 100 });
});

test('does not read from the source before the consumer reads', async () => {
  const { clock, recorder } = await start();
  const { stream, calls } = source(clock, ['a', 'b', 'c']);
  const iterator = recorder.observe(stream, openai)[Symbol.asyncIterator]();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual([]);
  expect(await iterator.next()).toEqual({ done: false, value: 'a' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual(['yielded']);
  expect(await Promise.all([iterator.next(), iterator.next(), iterator.next()])).toEqual([
    { done: false, value: 'b' },
    { done: false, value: 'c' },
    { done: true, value: undefined },
  ]);
});

test.each([['break'], ['return'], ['throw']])(
  'records cancelled and closes the source when the consumer leaves by %s',
  async (exit) => {
    const { clock, recorder, values } = await start();
    const { stream, calls } = source(clock, ['a', 'b', 'c']);
    const leave = async () => {
      for await (const each of recorder.observe(stream, openai)) {
        expect(each).toBe('a');
        if (exit === 'break') break;
        if (exit === 'return') return 'left';
        throw new Error('mine');
      }
      return 'broke';
    };
    const left = await leave().catch((error: Error) => error.message);
    expect(left).toBe({ break: 'broke', return: 'left', throw: 'mine' }[exit]);
    expect(calls).toEqual(['yielded', 'closed']);
    const seen = await values();
    expect(outcomes(seen)).toEqual({ cancelled: 1 });
    expect(seen[`operation_duration_seconds_sum/${labels}`]).toBe(0.1);
  },
);

test('lets the consumer leave a source without a return method', async () => {
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

test('records failed and rethrows the same error when the source throws', async () => {
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
    [`streams_total/${labels}/failed`]: 1,
    [`operation_duration_seconds_sum/${labels}/ECONNRESET`]: 0.2,
  });
  expect(rejected()).toEqual({});
});

const broken = new Error('broken');
function fail(): never {
  throw broken;
}
test.each<[string, AsyncIterable<string>]>([
  ['when its iterator is created', { [Symbol.asyncIterator]: () => fail() }],
  ['synchronously from next', { [Symbol.asyncIterator]: () => ({ next: () => fail() }) }],
])('records failed for a source that throws %s', async (_, stream) => {
  const { recorder, values } = await start();
  await expect(read(recorder.observe(stream, openai))).rejects.toBe(broken);
  expect(outcomes(await values())).toEqual({ failed: 1 });
});

test('passes errors that the consumer throws into the iterator to the source', async () => {
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

test('returns an iterator of the source for a second iteration', async () => {
  const { clock, recorder, values } = await start();
  const { stream } = source(clock, ['a']);
  const observed = recorder.observe(stream, openai);
  expect(await read(observed)).toEqual(['a']);
  expect(await read(observed)).toEqual([]);
  expect(outcomes(await values())).toEqual({ completed: 1 });
});

test('measures a stream that is read by next and then by a loop', async () => {
  const { clock, recorder, values } = await start();
  const { stream } = source(clock, ['a', 'b', 'c']);
  const iterator = recorder.observe(stream, openai)[Symbol.asyncIterator]() as AsyncIterableIterator<string>;
  expect(await iterator.next()).toEqual({ done: false, value: 'a' });
  expect(await read(iterator)).toEqual(['b', 'c']);
  const seen = await values();
  expect(outcomes(seen)).toEqual({ completed: 1 });
  expect(seen[`operation_time_per_output_chunk_seconds_count/${labels}`]).toBe(2);
});

test('passes on chunks that the reading rejects, and counts them', async () => {
  const { clock, recorder, values, rejected } = await start();
  const { stream } = source(clock, ['a', 'b']);
  const reading = { tokens: () => fail(), usage: () => 'many' as never };
  expect(await read(recorder.observe(stream, openai, reading))).toEqual(['a', 'b']);
  expect(outcomes(await values())).toEqual({ completed: 1 });
  expect(rejected()).toEqual({ value_not_finite: 4 });
});

test('counts an operation with chunks as a stream, with the reported outcome', async () => {
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

test('allocates nothing per chunk', async () => {
  const { recorder } = await start({ conventions: 'both' });
  const operation = recorder.begin(openai);
  const chunks = 100_000;
  const grown = Array.from({ length: 12 }, () => {
    heapUsed();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < chunks; count++) operation.chunk(1);
    return process.memoryUsage().heapUsed - before;
  });
  // Bytes per chunk in compiled code; an object takes at least 40.
  expect(Math.min(...grown.filter((bytes) => bytes >= 0)) / chunks).toBeLessThan(1);
});
