/** Limits of concurrent scrapes and of the request rate, and headers of the web configuration. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../../support/http-raw.js';
import { makeFolder } from './security/certificates.js';
import { gate, serve, watchArrivals } from './serving.js';

const folder = makeFolder();

test('rejects scrapes beyond maxInFlight with Retry-After, and serves later ones', async () => {
  const { metrics, origin, url } = await serve({ maxInFlight: 2 });
  const { opened, open } = gate();
  const arrivals = watchArrivals();
  metrics.shop.stock.addCallback(async (observation) => {
    await opened;
    observation.observe(7);
  });
  const first = [ask(url), ask(url, { headers: { accept: 'application/openmetrics-text' } })];
  await expect.poll(() => arrivals.length).toBe(2);
  const refused = await ask(url);
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  expect((await ask(`${origin}/health`)).status).toBe(200);
  expect((await ask(`${origin}/ready`)).status).toBe(200);
  open();
  for (const answer of await Promise.all(first)) expect(answer.text).toMatch(/^shop_stock{.*} 7$/m);
  expect((await ask(url)).status).toBe(200);
});

test('the rate limit counts all routes except /health', async () => {
  const webConfigFile = join(folder, 'rate.yml');
  writeFileSync(webConfigFile, 'rate_limit:\n  interval: 1h\n  burst: 3\n');
  const { origin } = await serve({ webConfigFile });
  for (const path of ['/metrics', '/ready', '/nowhere']) expect((await ask(origin + path)).status).not.toBe(429);
  for (const path of ['/metrics', '/ready', '/nowhere']) {
    const answer = await ask(origin + path);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect((await ask(`${origin}/health`)).status).toBe(200);
});

test('adds headers of the web configuration to every response', async () => {
  const webConfigFile = join(folder, 'headers.yml');
  writeFileSync(webConfigFile, 'http_server_config:\n  headers:\n    X-Frame-Options: deny\n');
  const { origin } = await serve({ webConfigFile });
  for (const path of ['/metrics', '/health', '/ready', '/nowhere']) {
    expect((await ask(origin + path)).headers['x-frame-options']).toBe('deny');
  }
});
