/** `runBenchmark`: delivers all metrics before it returns. */
import { startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { type BenchmarkRun, benchmark, runBenchmark } from 'otelier/packs/benchmark';
import { afterEach, expect, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';
import { stockReader } from '../support/stock.js';
import { sample } from './benchmark-suite.js';

type Options = NonNullable<Parameters<typeof startMetrics>[0]>;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function peer(...answer: Parameters<typeof startHttpPeer>): ReturnType<typeof startHttpPeer> {
  const started = await startHttpPeer(...answer);
  closing.push(started.close);
  return started;
}

function start(options: Pick<Options, 'backends' | 'readers' | 'exporters' | 'logLevel'>) {
  const metrics = startMetrics({ isolated: true, environment: {}, packs: { benchmark: benchmark() }, ...options });
  closing.push(() => metrics.shutdown());
  return metrics;
}

const work = (run: BenchmarkRun) => {
  run.sample(sample);
  return 'done';
};

test('delivers the metrics and the run before it returns', async () => {
  const { url, requests } = await peer();
  const metrics = start({ backends: [pushgateway({ url })] });
  const result = await runBenchmark(metrics, { model: 'a' }, async (run) => work(run));
  expect(result).toEqual({ value: 'done', delivered: true, backends: [{ backend: 'pushgateway', ok: true }] });
  const pushed = requests.at(-1)?.body.toString() ?? '';
  expect(requests).toHaveLength(1);
  expect(pushed).toMatch(/^benchmark_runs_total\{.*model_name="a".*\} 1$/m);
  expect(pushed).toMatch(/^benchmark_active_runs\{.*model_name="a".*\} 0$/m);
  // A job may run several benchmarks.
  expect(await runBenchmark(metrics, { model: 'b' }, work)).toMatchObject({ delivered: true });
  expect(requests.at(-1)?.body.toString()).toMatch(/^benchmark_samples_total\{.*model_name="b".*\} 1$/m);
});

test('delivers a failed benchmark and rethrows its error', async () => {
  const { url, requests } = await peer();
  const metrics = start({ backends: [pushgateway({ url })] });
  const error = new Error('out of memory');
  const failing = runBenchmark(metrics, { model: 'a' }, (run) => {
    run.sample({ ...sample, ok: false });
    throw error;
  });
  await expect(failing).rejects.toBe(error);
  const pushed = requests.at(-1)?.body.toString() ?? '';
  expect(pushed).toMatch(/^benchmark_runs_total\{.*outcome="failed".*\} 1$/m);
  expect(pushed).toMatch(/^benchmark_samples_total\{.*outcome="failed".*\} 1$/m);
  const rejecting = runBenchmark(metrics, { model: 'a' }, () => Promise.reject(error));
  await expect(rejecting).rejects.toBe(error);
  expect(requests).toHaveLength(2);
});

test('ends an active run as failed at shutdown and delivers it', async () => {
  const { url, requests } = await peer();
  const metrics = start({ backends: [pushgateway({ url })] });
  metrics.benchmark.begin({ model: 'ended' }).end({ ok: true });
  const run = metrics.benchmark.begin({ model: 'a' });
  run.sample(sample);
  run.queued();
  await metrics.shutdown();
  const pushed = requests.at(-1)?.body.toString() ?? '';
  expect(requests).toHaveLength(1);
  expect(pushed).toMatch(/^benchmark_active_runs\{.*model_name="a".*\} 0$/m);
  expect(pushed).toMatch(/^queue_depth\{.*model_name="a".*\} 0$/m);
  expect(pushed).toMatch(/^benchmark_runs_total\{(?=.*model_name="a").*outcome="failed".*\} 1$/m);
  expect(pushed).not.toMatch(/^benchmark_runs_total\{(?=.*model_name="ended").*outcome="failed"/m);
});

test('delivers the run as failed when a signal ends the program', async () => {
  const { url, requests } = await peer();
  const program = startApp(`
    import { startMetrics } from 'otelier';
    import { pushgateway } from 'otelier/backends/pushgateway';
    import { benchmark, runBenchmark } from 'otelier/packs/benchmark';
    const metrics = startMetrics({ packs: { benchmark: benchmark() }, backends: [pushgateway({ url: '${url}' })] });
    await runBenchmark(metrics, { model: 'a' }, async () => {
      console.log('generating');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`);
  await program.printed(/generating/);
  await program.stop();
  const pushed = requests.at(-1)?.body.toString() ?? '';
  expect(pushed).toMatch(/^benchmark_active_runs\{.*model_name="a".*\} 0$/m);
  expect(pushed).toMatch(/^benchmark_runs_total\{.*outcome="failed".*\} 1$/m);
});

test('is not delivered if a push backend fails', async () => {
  const { url, requests } = await peer();
  const metrics = start({ backends: [pushgateway({ url }), otlp({ endpoint: 'http://127.0.0.1:1' })] });
  const { value, delivered, backends } = await runBenchmark(metrics, { model: 'a' }, work);
  expect({ value, delivered }).toEqual({ value: 'done', delivered: false });
  expect(backends).toEqual([
    { backend: 'pushgateway', ok: true },
    { backend: 'otlp', ok: false, reason: expect.stringContaining('ECONNREFUSED') },
  ]);
  expect(requests).toHaveLength(1);
});

test.each([
  // partial_success { rejected_data_points: 127, error_message: "too\nold" }
  ['all data points', '\x0a\x0b\x08\x7f\x12\x07too\nold', /^data points rejected by the endpoint: \d+$/],
  ['one data point', '\x0a\x02\x08\x01', /^data points rejected by the endpoint: 1$/],
])('is not delivered if the endpoint accepts the request but rejects %s', async (_, body, reason) => {
  const answers = [body, ''];
  const { url } = await peer(() => ({ status: 200, body: answers.shift() ?? '' }));
  const metrics = start({ backends: [otlp({ endpoint: url })], logLevel: 'none' });
  expect(await runBenchmark(metrics, { model: 'a' }, work)).toEqual({
    value: 'done',
    delivered: false,
    backends: [{ backend: 'otlp', ok: false, reason: expect.stringMatching(reason) }],
  });
  // Earlier losses do not affect the next result.
  expect(await runBenchmark(metrics, { model: 'a' }, work)).toMatchObject({ delivered: true });
});

test.each([
  [
    'were dropped',
    { points: { exported: 1, rejected: 0, dropped: { 'no room': 5 } } },
    'data points dropped (no room): 3',
  ],
  ['wait for a retry', { waiting: { requests: 1, points: 9, bytes: 90 } }, 'data points waiting for retry: 9'],
])('is not delivered if data points %s, even if the flush succeeds', async (_, changed, reason) => {
  const metrics = start({ exporters: ['none'] });
  const account = { name: 'otlp', delivered: 1, points: { exported: 1, rejected: 0, dropped: { 'no room': 2 } } };
  const accounts = [account, { ...account, delivered: 2, ...changed }];
  // A stand-in for a backend whose flush succeeds although its counts show a loss.
  const result = await runBenchmark(
    {
      benchmark: metrics.benchmark,
      forceFlush: async () => ({ backends: [{ backend: 'otlp', ok: true }] }),
      status: () => ({ backends: accounts.splice(0, 1) }),
    },
    { model: 'a' },
    work,
  );
  expect(result).toMatchObject({ delivered: false, backends: [{ backend: 'otlp', ok: false, reason }] });
});

test('is not delivered by a pull backend alone, which does not fail a push backend', async () => {
  const { url } = await peer();
  const endpoint = prometheus({ port: 0 });
  const pull = { backend: 'prometheus', ok: false, reason: 'nothing was pushed' };
  const alone = start({ backends: [endpoint] });
  expect(await runBenchmark(alone, { model: 'a' }, work)).toMatchObject({ delivered: false, backends: [pull] });
  const both = start({ backends: [endpoint, pushgateway({ url })] });
  expect(await runBenchmark(both, { model: 'a' }, work)).toMatchObject({
    delivered: true,
    backends: [pull, { backend: 'pushgateway', ok: true }],
  });
});

test('is not delivered without backends, and relies on the flush result of a custom reader', async () => {
  const none = start({ exporters: ['none'] });
  expect(await runBenchmark(none, { model: 'a' }, work)).toEqual({ value: 'done', delivered: false, backends: [] });
  const stock = start({ readers: [stockReader().reader] });
  expect(await runBenchmark(stock, { model: 'a' }, work)).toMatchObject({ delivered: true });
});

test('keeps the outcome of a run that has already ended', async () => {
  const { reader, collect } = stockReader();
  const metrics = start({ readers: [reader] });
  await runBenchmark(metrics, { model: 'a' }, (run) => run.end({ ok: false }));
  const runs = (await collect()).filter(({ name }) => name === 'benchmark.runs');
  expect(runs).toMatchObject([{ attributes: { outcome: 'failed' }, value: 1 }]);
});

test('does not change the exit code of the program', async () => {
  const { url } = await peer();
  const program = (end: string) => `
    import { startMetrics } from 'otelier';
    import { pushgateway } from 'otelier/backends/pushgateway';
    import { benchmark, runBenchmark } from 'otelier/packs/benchmark';
    const metrics = startMetrics({ packs: { benchmark: benchmark() }, backends: [pushgateway({ url: '${url}' })] });
    const { delivered } = await runBenchmark(metrics, { model: 'a' }, () => { ${end} });
    console.log(delivered);`;
  expect(await startApp(program('process.exitCode = 3')).end).toMatchObject({ code: 3, stdout: 'true\n' });
  expect(await startApp(program('throw new Error("no GPU")')).end).toMatchObject({ code: 1, stdout: '' });
});
