/** The end of a program with clients of its stream. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startApp } from '../../support/program.js';
import { afterwards } from '../prometheus/serving.js';
import { closed } from './fake-feed.js';

test.each([
  ['ends by itself', '', 0],
  ['calls process.exit()', 'process.exit(7);', 7],
  ['fails', "throw new Error('defect');", 1],
])('a program that %s closes with 1001, ends event streams, and keeps its exit code', async (_, end, code) => {
  const program = startApp(`
    import { startMetrics } from 'otelier';
    import { prometheus } from 'otelier/backends/prometheus';
    const metrics = startMetrics({ logLevel: 'none', backends: [prometheus({ host: '127.0.0.1', port: 0 })] });
    await metrics.ready;
    const running = setInterval(() => {}, 1_000);
    process.once('SIGUSR2', () => {
      clearInterval(running);
      ${end}
    });
    console.log(metrics.status().backends[0].pageUrl);`);
  afterwards(program.stop);
  const page = await program.printed(/(http\S+)/);
  const events = await fetch(`${page}api/v1/metrics/events`);
  const socket = new WebSocket(`${page.replace('http', 'ws')}api/v1/metrics/stream`);
  await once(socket, 'open');
  const closing = closed(socket);
  program.child.kill('SIGUSR2');
  expect(await closing).toEqual([1001, 'shutting down']);
  // Rejects if the response ends without its last chunk.
  await events.text();
  expect(await program.end).toMatchObject({ code });
});
