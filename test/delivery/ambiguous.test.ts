/**
 * Requests that were sent and not answered: the endpoint may have processed them. The same bytes are sent again before
 * anything newer, so that each lost acknowledgement doubles one request at most, however many are lost in a row.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startWork, type Temporality, totalsOf } from './faults.js';

/** How an endpoint loses the acknowledgement of a request that it processed. */
const losses: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'the connection is reset': (response) => response.socket?.resetAndDestroy(),
  'the connection is closed': (response) => response.socket?.destroy(),
  'there is no answer': () => undefined,
  'a gateway answers 502': (response) => response.writeHead(502).end(),
  'a gateway answers 504': (response) => response.writeHead(504).end(),
};

/** An endpoint that processes every request and loses the acknowledgements of those that `isLost` selects. */
async function startEndpoint(lose: (response: ServerResponse) => void) {
  const processed: Buffer[] = [];
  const state = { isLosing: false, lost: 0 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    processed.push(Buffer.concat(chunks));
    if (!state.isLosing) {
      response.end();
      return;
    }
    state.lost++;
    lose(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/metrics`, processed, state };
}

const cases = Object.keys(losses).flatMap((loss) =>
  (['delta', 'cumulative'] as const).map((temporality): [string, Temporality] => [loss, temporality]),
);

test.concurrent.for(cases)(
  'five losses in a row double one request each at most: %s, %s',
  async ([loss, temporality], { onTestFinished: finished }) => {
    const { url, processed, state } = await startEndpoint(losses[loss] as (response: ServerResponse) => void);
    const { metrics, record, recorded, status } = startWork(url, temporality, { intervalMs: 150 });
    finished(async () => void (await metrics.shutdown()));
    const recording = setInterval(record, 5);
    finished(() => clearInterval(recording));
    await vi.waitUntil(() => status().delivered >= 2, { timeout: 10_000 });
    state.isLosing = true;
    await vi.waitUntil(() => state.lost >= 5, { timeout: 20_000 });
    state.isLosing = false;
    const { delivered } = status();
    await vi.waitUntil(() => status().delivered > delivered + 1, { timeout: 10_000 });
    clearInterval(recording);
    expect(await metrics.shutdown()).toMatchObject({ ok: true });

    const distinct = processed.filter((body, index) => processed.findIndex((other) => other.equals(body)) === index);
    const requests = distinct.map((body) => ({ body, fault: undefined, fate: 'accepted' as const, atMs: 0 }));
    expect(totalsOf(requests, temporality)).toEqual(recorded());
    // Each copy directly follows its original: nothing newer was sent in between.
    expect(processed.length - distinct.length).toBeLessThanOrEqual(state.lost);
    expect(processed.filter((body, index) => index > 0 && body.equals(processed[index - 1] as Buffer))).toHaveLength(
      processed.length - distinct.length,
    );
    expect(status()).toMatchObject({ points: { rejected: 0, dropped: {} } });
  },
);
