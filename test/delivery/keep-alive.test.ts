/** Delivery to a healthy peer that closed an idle connection while the event loop was blocked. */
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startNode } from '../support/program.js';

const catalogue = defineCatalogue({
  steps: counter({ name: 'work.steps', unit: '{step}', description: 'Steps done.' }),
});
const keepAliveMs = 50;

/** Starts a peer in its own process, because the test blocks its event loop. The peer prints the size of each request. */
async function startPeer() {
  const source = `
    import { createServer } from 'node:http';
    const server = createServer(async (request, response) => {
      let bytes = 0;
      for await (const chunk of request) bytes += chunk.length;
      response.end(() => console.log('received', bytes));
      setTimeout(() => request.socket.destroy(), ${keepAliveMs});
    });
    // Responses without a Keep-Alive header, as those of servers other than Node.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1', () => console.log('port', server.address().port));`;
  const peer = startNode(['--input-type=module', '--eval', source]);
  onTestFinished(peer.stop);
  return { url: `http://127.0.0.1:${await peer.printed(/port (\d+)/)}`, peer };
}

/** Blocks the event loop for longer than the peer keeps an idle connection. */
function compute(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * keepAliveMs);
}

test.each(['forceFlush', 'shutdown'] as const)('%s delivers after a computation', async (end) => {
  const { url, peer } = await startPeer();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    exportIntervalMs: 3_600_000,
    catalogues: { catalogue },
    backends: [otlp({ endpoint: `${url}/v1/metrics`, temporality: 'delta' })],
  });
  onTestFinished(async () => void (await metrics.shutdown()));
  metrics.catalogue.steps.add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  for (let round = 0; round < 3; round++) {
    metrics.catalogue.steps.add(1);
    compute();
    const last = round === 2;
    expect(await (last ? metrics[end]() : metrics.forceFlush())).toMatchObject({ ok: true });
  }
  expect(metrics.status().backends[0]).toMatchObject({ failed: 0, points: { exported: 4, dropped: {} } });
  await vi.waitFor(() => expect(peer.output().match(/received/g)).toHaveLength(4));
});
