/** The live page in Chromium, served by servers of the application. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { counter, defineCatalogue, oneOf, startMetrics } from 'otelier';
import { type MountedPrometheus, mountedPrometheus } from 'otelier/backends/prometheus';
import { describe, expect, test } from 'vitest';
import { chromiumServer, livePages } from './live-page.js';

type Handler = MountedPrometheus['handler'];
/** The parts of express that the tests use; the package of version 4 contains no types. */
type Express = () => RequestListener & {
  use(prefix: string, handler: Handler): void;
  get(path: RegExp, handler: Handler): void;
};

const require = createRequire(import.meta.url);
const [express5, express4] = ['express', 'express4'].map((name) => require(name) as Express) as [Express, Express];

const plain = ({ handler }: MountedPrometheus) => handler;
/** Removes the prefix from the path of requests. */
const used = (express: Express) => (endpoint: MountedPrometheus) => {
  const app = express();
  app.use('/internal', endpoint.handler);
  return app;
};
/** As in docs/live.md. */
const matched = (express: Express) => (endpoint: MountedPrometheus) => {
  const app = express();
  app.get(/^\/internal(?:\/|$)/, endpoint.handler);
  return app;
};

interface Case {
  readonly mount: (endpoint: MountedPrometheus) => RequestListener;
  readonly basePath: string;
  readonly upgrades: boolean;
  /** True if the WebSocket can be opened. */
  readonly opens: boolean;
}

describe.skipIf(chromiumServer.missing)(`mounted live page${chromiumServer.note}`, () => {
  const { open, ends } = livePages();

  test.each<[string, Case]>([
    ['node', { mount: plain, basePath: '/internal', upgrades: true, opens: true }],
    ['node without upgrades', { mount: plain, basePath: '/internal', upgrades: false, opens: false }],
    ['express 5', { mount: matched(express5), basePath: '/internal', upgrades: true, opens: true }],
    ['express 4', { mount: matched(express4), basePath: '/internal', upgrades: true, opens: true }],
    ['use of express 5', { mount: used(express5), basePath: '', upgrades: true, opens: false }],
    ['use of express 4', { mount: used(express4), basePath: '', upgrades: true, opens: false }],
  ])('%s', async (_, { mount, basePath, upgrades, opens }) => {
    const endpoint = mountedPrometheus({ page: true, basePath });
    const attributes = { channel: oneOf('web', 'app') };
    const shop = defineCatalogue({
      orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes }),
    });
    const metrics = startMetrics({ isolated: true, logLevel: 'none', catalogues: { shop }, backends: [endpoint] });
    ends.push(metrics.shutdown);
    metrics.shop.orders.add(5, { channel: 'web' });
    const own = createServer(mount(endpoint));
    if (upgrades) own.on('upgrade', endpoint.upgrade);
    await once(own.listen(0, '127.0.0.1'), 'listening');
    ends.push(async () => void own.close().closeAllConnections());
    for (const path of ['/internal/', '/internal', '/internal/?from=bookmark']) {
      const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}${path}#/metrics`;
      const { page, context, complaints } = await open(url, { ready: '.metric-row' });
      // Opening a metric changes the subscription.
      await page.locator('.metric-row').filter({ hasText: 'shop.orders' }).click();
      await page.locator('.details .entry').filter({ hasText: 'web' }).waitFor();
      await expect(page.getByRole('status').textContent()).resolves.toBe('live');
      expect(complaints).toEqual(opens ? [] : [expect.stringContaining("WebSocket connection to 'ws://127.0.0.1")]);
      await context.close();
    }
  });
});
