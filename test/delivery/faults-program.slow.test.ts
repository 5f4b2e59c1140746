/** Memory of a program during an outage of its endpoint. With `GATE_LONG=1` the outage lasts a minute. */
import { expect, test } from 'vitest';
import type { Fault } from '../support/fault-peer.js';
import { startApp } from '../support/program.js';
import { bootstrap, startScene } from './program-scene.js';

const outageMs = process.env['GATE_LONG'] === '1' ? 60_000 : 3_000;
const megabyte = 1024 * 1024;

/** Records into 500 series. Each of two signals measures the heap after a garbage collection. */
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
  const { peer, environment } = await startScene();
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
