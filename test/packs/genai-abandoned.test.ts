/** Tests that abandoned streams are detected without a timer, counted once, and not retained. */
import { expect, test, vi } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { startApp } from '../support/program.js';
import { outcomes, read, source, start } from './genai-client.js';

const openai = { provider: 'openai', model: 'gpt-4o' };
const labels = 'chat/openai/gpt-4o';

test('abandons an idle stream after the time limit, once', async () => {
  const { clock, recorder, values } = await start({ abandonedAfterMs: 60_000 });
  const { stream } = source(clock, [5, 7]);
  const observed = recorder.observe(stream, openai, { usage: (inputTokens) => ({ inputTokens }) });
  const iterator = observed[Symbol.asyncIterator]();
  await iterator.next();
  clock.advance(59_999);
  expect(await values()).toMatchObject({ active_streams: 1 });
  clock.advance(1);
  const seen = await values();
  expect(seen).toMatchObject({
    active_streams: 0,
    [`streams_total/${labels}/abandoned`]: 1,
    [`token_usage_sum/${labels}/input`]: 5,
  });
  // The time when the consumer stopped reading is unknown.
  expect(Object.keys(seen).filter((name) => name.startsWith('operation_duration'))).toEqual([]);
  // Later reads return chunks, but record nothing.
  expect(await iterator.next()).toEqual({ done: false, value: 7 });
  await iterator.return?.();
  clock.advance(600_000);
  expect(await values()).toEqual(seen);
});

test('does not abandon a stream while chunks arrive', async () => {
  const { clock, recorder, values } = await start({ abandonedAfterMs: 60_000 });
  const operation = recorder.begin(openai);
  for (let chunks = 0; chunks < 10; chunks++) {
    clock.advance(50_000);
    operation.chunk();
    expect(outcomes(await values())).toEqual({});
  }
  operation.end();
  expect(outcomes(await values())).toEqual({ completed: 1 });
});

test('abandons a stream when its consumer object is garbage-collected', async () => {
  const { clock, recorder, values } = await start();
  const begin = async () => {
    // Three streams: never read, read in part, and reported by chunk().
    recorder.observe(source(clock, ['a']).stream, openai);
    await recorder
      .observe(source(clock, ['a', 'b']).stream, openai)
      [Symbol.asyncIterator]()
      .next();
    recorder.begin(openai).chunk();
  };
  await begin();
  const heldStream = recorder.observe(source(clock, ['a']).stream, openai);
  const { chunk: heldChunk } = recorder.begin(openai);
  heldChunk();
  const { next } = recorder.observe(source(clock, ['a', 'b']).stream, openai)[Symbol.asyncIterator]();
  await next();
  expect(await values()).toMatchObject({ active_streams: 6 });
  await vi.waitFor(
    async () => {
      heapUsed();
      expect(outcomes(await values())).toEqual({ abandoned: 3 });
    },
    { timeout: 20_000 },
  );
  for (let times = 0; times < 5; times++) {
    heapUsed();
    await new Promise((resolve) => setImmediate(resolve));
  }
  // A held stream stays open, also if only one of its functions is held.
  expect(await values()).toMatchObject({ active_streams: 3, [`streams_total/${labels}/abandoned`]: 3 });
  heldChunk();
  await next();
  expect(await read(heldStream)).toEqual(['a']);
  clock.advance(600_000);
  expect(outcomes(await values())).toEqual({ abandoned: 5, completed: 1 });
});

test('does not retain abandoned streams without a collection of metrics', async () => {
  const { recorder } = await start();
  async function* large(): AsyncGenerator<number> {
    const read = Buffer.alloc(200_000, 'x');
    yield 1;
    yield read.length;
  }
  const before = heapUsed();
  for (let streams = 0; streams < 500; streams++) {
    const iterator = recorder.observe(large(), openai)[Symbol.asyncIterator]();
    await iterator.next();
  }
  await vi.waitFor(() => expect(heapUsed() - before).toBeLessThan(8 * 2 ** 20), { timeout: 20_000 });
});

test('does not keep the process alive for an open stream', async () => {
  const program = `
    import { startMetrics } from 'otelier';
    import { genai } from 'otelier/packs/genai';
    const metrics = startMetrics({ packs: { genai: genai() } });
    const stream = metrics.genai.observe((async function* () { yield 1; })(), { provider: 'openai' });
    await stream[Symbol.asyncIterator]().next();
    globalThis.kept = stream;
    console.log('done');`;
  const { code, stdout } = await startApp(program, { OTEL_METRICS_EXPORTER: 'none' }).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
});
