/** Programs whose endpoint misbehaves: the memory that they take, and how they end. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Fault, startFaultPeer } from '../support/fault-peer.js';
import { startApp } from '../support/program.js';
import { requestsOf, totalsOf } from './faults.js';

const long = process.env['OTELIER_LONG'] === '1';
const outageMs = long ? 60_000 : 3_000;
const megabyte = 1024 * 1024;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start() {
  const peer = await startFaultPeer();
  closing.push(peer.close);
  const environment = {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: peer.url,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  };
  return { peer, environment };
}

const bootstrap = `
  import { counter, defineCatalogue, startMetrics, text } from 'otelier';
  const app = defineCatalogue({
    done: counter({ name: 'work.done', unit: '{job}', description: 'Done.', attributes: { queue: text() } }),
  });
  const metrics = startMetrics({ catalogues: { app }, withoutSelfMetrics: true });
`;

/** Records into 500 series, with the heap as it is before and after an outage, garbage left out. */
const throughOutage = `${bootstrap}
  const record = () => { for (let queue = 0; queue < 500; queue++) metrics.app.done.add(1, { queue: 'queue-' + queue }); };
  const recording = setInterval(record, 20);
  const used = () => { gc(); gc(); const { heapUsed, arrayBuffers } = process.memoryUsage(); return heapUsed + arrayBuffers; };
  let before;
  process.on('SIGUSR2', () => {
    if (before === undefined) { before = used(); console.log('outage'); return; }
    console.log('grown ' + (used() - before));
    clearInterval(recording);
  });
  console.log('up');
`;

test.each<Fault>(['refused', 'hang', '503'])('memory does not grow with an outage: %s', async (fault) => {
  const { peer, environment } = await start();
  const app = startApp(throughOutage, { ...environment, OTEL_METRIC_EXPORT_INTERVAL: '50' }, ['--expose-gc']);
  await app.printed(/up/);
  while (peer.requests.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
  await peer.become(fault);
  app.child.kill('SIGUSR2');
  await app.printed(/outage/);
  await new Promise((resolve) => setTimeout(resolve, outageMs));
  app.child.kill('SIGUSR2');
  expect(Number(await app.printed(/grown (-?\d+)/))).toBeLessThanOrEqual(10 * megabyte);
  await peer.become(undefined);
  expect(await app.end).toMatchObject({ code: 0 });
});

/** Flushes when it is told to, with the most memory that the process ever had. */
const flushing = `${bootstrap}
  const most = () => process.resourceUsage().maxRSS * 1024;
  const flush = async (times) => {
    for (let time = 0; time < times; time++) {
      metrics.app.done.add(1, { queue: 'mail' });
      const { ok } = await metrics.forceFlush();
      if (!ok) console.log('failed');
    }
  };
  await flush(30);
  const before = most();
  const alive = setInterval(() => {}, 1_000);
  process.once('SIGUSR2', async () => {
    await flush(1);
    console.log('grown ' + (most() - before));
    clearInterval(alive);
  });
  console.log('up');
`;

test.each<Fault>(['256 MB body', 'gzip bomb'])('the %s of an answer is not taken into memory', async (fault) => {
  const { peer, environment } = await start();
  const app = startApp(flushing, environment);
  await app.printed(/up/);
  await peer.become(fault);
  app.child.kill('SIGUSR2');
  expect(Number(await app.printed(/grown (-?\d+)/))).toBeLessThanOrEqual(10 * megabyte);
  expect(await app.end).toMatchObject({ code: 0, stderr: '' });
  expect(app.output()).not.toContain('failed');
});

describe('a program that is told to end', () => {
  const recording = `${bootstrap}
    let recorded = 0;
    const recording = setInterval(() => { metrics.app.done.add(1, { queue: 'mail' }); recorded++; }, 2);
    process.on('exit', () => console.log('recorded ' + recorded));
    console.log('up');
  `;
  const graceful = `${recording}
    process.on('SIGTERM', async () => {
      clearInterval(recording);
      await metrics.shutdown();
      process.exit(7);
    });`;

  test('delivers everything to a healthy endpoint and keeps its exit code', async () => {
    const { peer, environment } = await start();
    const app = startApp(graceful, { ...environment, OTEL_METRIC_EXPORT_INTERVAL: '100' });
    await app.printed(/up/);
    while (peer.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    app.child.kill('SIGTERM');
    const { code, signal, stdout } = await app.end;
    expect({ code, signal }).toEqual({ code: 7, signal: null });
    const recorded = Number(/recorded (\d+)/.exec(stdout)?.[1]);
    expect(totalsOf(requestsOf(peer, 'accepted'), 'delta')).toMatchObject({ done: recorded });
  });

  test.each<Fault>(['refused', 'hang', '503', 'slow drip'])(
    'ends by its deadline beside one that is dead: %s',
    async (fault) => {
      const { peer, environment } = await start();
      await peer.become(fault);
      const deadlineMs = 1_000;
      const app = startApp(graceful, { ...environment, OTELIER_SHUTDOWN_TIMEOUT: String(deadlineMs) });
      await app.printed(/up/);
      const beganMs = performance.now();
      app.child.kill('SIGTERM');
      expect(await app.end).toMatchObject({ code: 7, signal: null });
      expect(performance.now() - beganMs).toBeLessThan(deadlineMs + 4_000);
    },
  );
});
