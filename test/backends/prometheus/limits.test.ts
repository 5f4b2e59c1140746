/** How many scrapes are answered at once and how often, and what a web configuration adds to answers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../../support/http-raw.js';
import { makeFolder } from './security/certificates.js';
import { gate, serve, watchArrivals } from './serving.js';

const folder = makeFolder();

test('scrapes beyond those in flight are sent away for a second, and later ones are not', async () => {
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

test('a rate limit of the web configuration counts all but /health', async () => {
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

test('headers of the web configuration are on every answer', async () => {
  const webConfigFile = join(folder, 'headers.yml');
  writeFileSync(webConfigFile, 'http_server_config:\n  headers:\n    X-Frame-Options: deny\n');
  const { origin } = await serve({ webConfigFile });
  for (const path of ['/metrics', '/health', '/ready', '/nowhere']) {
    expect((await ask(origin + path)).headers['x-frame-options']).toBe('deny');
  }
});
