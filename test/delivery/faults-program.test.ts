/** Programs whose endpoint misbehaves: their memory for large responses, and how they end. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../support/fault-peer.js';
import { startApp } from '../support/program.js';
import { requestsOf, totalsOf } from './faults.js';
import { bootstrap, startScene } from './program-scene.js';

const megabyte = 1024 * 1024;

/** Flushes at a signal and prints the growth of the process's maximum memory. */
const flushing = `${bootstrap}
  const maxMemory = () => process.resourceUsage().maxRSS * 1024;
  const flush = async (times) => {
    for (let time = 0; time < times; time++) {
      metrics.app.done.add(1, { queue: 'mail' });
      const { ok } = await metrics.forceFlush();
      if (!ok) console.log('failed');
    }
  };
  await flush(30);
  const before = maxMemory();
  const alive = setInterval(() => {}, 1_000);
  process.once('SIGUSR2', async () => {
    await flush(1);
    console.log('grown ' + (maxMemory() - before));
    clearInterval(alive);
  });
  console.log('up');
`;

test.each<Fault>(['256 MB body', 'gzip bomb'])('does not read a response body of %s into memory', async (fault) => {
  const { peer, environment } = await startScene();
  const app = startApp(flushing, environment);
  await app.printed(/up/);
  await peer.become(fault);
  app.child.kill('SIGUSR2');
  expect(Number(await app.printed(/grown (-?\d+)/))).toBeLessThanOrEqual(10 * megabyte);
  const { code, stderr } = await app.end;
  expect(code).toBe(0);
  expect(stderr).toContain('HTTP 200, but the response body exceeds 4 MiB; dropped 1 data point');
});

describe('a program that receives SIGTERM', () => {
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
    const { peer, environment } = await startScene();
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
    'ends by its deadline if the endpoint fails: %s',
    async (fault) => {
      const { peer, environment } = await startScene();
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
