/** A benchmark that is a job of its own: what it recorded has left the process by the time it returns. */
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

test('what was recorded is delivered before it returns, the run with it', async () => {
  const { url, requests } = await peer();
  const metrics = start({ backends: [pushgateway({ url })] });
  const result = await runBenchmark(metrics, { model: 'a' }, async (run) => work(run));
  expect(result).toEqual({ value: 'done', delivered: true, backends: [{ backend: 'pushgateway', ok: true }] });
  const pushed = requests.at(-1)?.body.toString() ?? '';
  expect(requests).toHaveLength(1);
  expect(pushed).toMatch(/^benchmark_runs_total\{.*model_name="a".*\} 1$/m);
  expect(pushed).toMatch(/^benchmark_active_runs\{.*model_name="a".*\} 0$/m);
  // A job may run several.
  expect(await runBenchmark(metrics, { model: 'b' }, work)).toMatchObject({ delivered: true });
  expect(requests.at(-1)?.body.toString()).toMatch(/^benchmark_samples_total\{.*model_name="b".*\} 1$/m);
});

test('a benchmark that fails is delivered as one, and its error thrown on', async () => {
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

test('a run that goes on when a shutdown begins ends there, as one that failed, and is delivered', async () => {
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

test('a program that is asked to end in the middle of a benchmark delivers the run, as one that failed', async () => {
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

test('what a backend did not take is not delivered', async () => {
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
  ['every point', '\x0a\x0b\x08\x7f\x12\x07too\nold', /^data points rejected by the endpoint: \d+$/],
  ['one point', '\x0a\x02\x08\x01', /^data points rejected by the endpoint: 1$/],
])('what an endpoint accepted but for %s is not delivered', async (_, body, reason) => {
  const answers = [body, ''];
  const { url } = await peer(() => ({ status: 200, body: answers.shift() ?? '' }));
  const metrics = start({ backends: [otlp({ endpoint: url })], logLevel: 'none' });
  expect(await runBenchmark(metrics, { model: 'a' }, work)).toEqual({
    value: 'done',
    delivered: false,
    backends: [{ backend: 'otlp', ok: false, reason: expect.stringMatching(reason) }],
  });
  // What was lost once is not told again of what came after it.
  expect(await runBenchmark(metrics, { model: 'a' }, work)).toMatchObject({ delivered: true });
});

test.each([
  [
    'was given up',
    { points: { exported: 1, rejected: 0, dropped: { 'no room': 5 } } },
    'data points dropped (no room): 3',
  ],
  ['waits', { waiting: { requests: 1, points: 9, bytes: 90 } }, 'data points waiting for retry: 9'],
])('what %s is not delivered, even where a flush says that all went well', async (_, changed, reason) => {
  const metrics = start({ exporters: ['none'] });
  const account = { name: 'otlp', delivered: 1, points: { exported: 1, rejected: 0, dropped: { 'no room': 2 } } };
  const accounts = [account, { ...account, delivered: 2, ...changed }];
  // Stands for a backend that tells of its flush less than its account does.
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

test('what only waits to be asked has not delivered', async () => {
  const { url } = await peer();
  const endpoint = prometheus({ port: 0 });
  const waits = { backend: 'prometheus', ok: false, reason: 'nothing was pushed' };
  const alone = start({ backends: [endpoint] });
  expect(await runBenchmark(alone, { model: 'a' }, work)).toMatchObject({ delivered: false, backends: [waits] });
  // Beside one that pushes it is no failure.
  const both = start({ backends: [endpoint, pushgateway({ url })] });
  expect(await runBenchmark(both, { model: 'a' }, work)).toMatchObject({
    delivered: true,
    backends: [waits, { backend: 'pushgateway', ok: true }],
  });
});

test('where nothing is exported nothing is delivered, and a reader of the application is taken at its word', async () => {
  const none = start({ exporters: ['none'] });
  expect(await runBenchmark(none, { model: 'a' }, work)).toEqual({ value: 'done', delivered: false, backends: [] });
  const stock = start({ readers: [stockReader().reader] });
  expect(await runBenchmark(stock, { model: 'a' }, work)).toMatchObject({ delivered: true });
});

test('a run that ended itself stays as it ended', async () => {
  const { reader, collect } = stockReader();
  const metrics = start({ readers: [reader] });
  await runBenchmark(metrics, { model: 'a' }, (run) => run.end({ ok: false }));
  const runs = (await collect()).filter(({ name }) => name === 'benchmark.runs');
  expect(runs).toMatchObject([{ attributes: { outcome: 'failed' }, value: 1 }]);
});

test('a program keeps the exit code that it chose, and the one of an error', async () => {
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
