/** Runs the examples of docs/configuration-file.md, with other ports. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generalOptions } from '../../src/settings/general.js';
import { startHttpPeer } from '../support/http-peer.js';
import { ask } from '../support/http-raw.js';
import { startApp } from '../support/program.js';
import { afterwards, problemsOf, writeFile } from './configuration-file.js';

const page = readFileSync(new URL('../../docs/configuration-file.md', import.meta.url), 'utf8');
const block = (language: string, index = 0) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))][index]?.[1] as string;
const example = block('yaml');

test('the example exports to all three readers', async () => {
  const peer = await startHttpPeer();
  afterwards(peer.close);
  const source = `
    import { counter, defineCatalogue, histogram, startMetrics } from 'otelier';
    const shop = defineCatalogue({
      checkout: histogram({ name: 'shop.checkout.duration', unit: 's', description: 'Time to check out.', buckets: [0.1, 0.5, 1, 5] }),
    });
    const metrics = startMetrics({ catalogues: { shop } });
    metrics.shop.checkout.record(0.3);
    await metrics.ready;
    await metrics.forceFlush();
    console.log(metrics.status().backends.find(({ url }) => url?.includes('/internal/metrics')).url);
    setInterval(() => {}, 1_000);`;
  const environment = {
    OTEL_CONFIG_FILE: writeFile(example),
    OTLP_ENDPOINT: peer.url,
    OTLP_API_KEY: 'secret',
    OTEL_RESOURCE_ATTRIBUTES: 'tier=gold',
    METRICS_PORT: '0',
  };
  const program = startApp(source, environment);
  afterwards(program.stop);
  const { text } = await ask(await program.printed(/http:\S+/));
  expect(text).toMatch(/^shop_checkout_duration_seconds_bucket{.*service_name="storefront".*le="0.5".*} 1$/m);
  expect(text).toMatch(/^target_info{.*shard="3".*tier="gold".*} 1$/m);
  program.child.kill('SIGTERM');
  const { stdout, stderr } = await program.end;
  expect(stdout).toMatch(/^shop\.checkout\.duration {2}histogram, s$/m);
  expect(stderr).toBe('');
  expect(peer.requests[0]).toMatchObject({ path: '/v1/metrics', headers: { 'api-key': 'secret' } });
});

test('the page shows the actual errors of an invalid file', async () => {
  const documented = page.match(/^ {2}- otel\.yaml:(.*)$/gm)?.map((line) => line.replace('  - otel.yaml:', ''));
  const text = example.replace('interval: 15000', 'interval: 15s').replace('http://localhost:4318', 'localhost');
  expect(await problemsOf(text)).toEqual(documented);
});

test('the page lists every option below distribution.otelier', async () => {
  const named = [...page.matchAll(/^`distribution\.otelier`.*$/gm)]
    .flatMap(([line]) => line.match(/`[a-z_]+`/g) ?? [])
    .map((name) => name.slice(1, -1));
  const inSchema = [
    'disabled',
    'resourceAttributes',
    'exportIntervalMs',
    'exportTimeoutMs',
    'exemplarFilter',
    'logLevel',
  ];
  const elsewhere = new Set([...inSchema, 'configFile', 'exporters', 'serviceName']);
  const options = Object.keys(generalOptions).filter((name) => !elsewhere.has(name));
  const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  expect(named.sort()).toEqual(options.map(snakeCase).sort());
  expect(await problemsOf(`distribution: { otelier: { ${named.map((name) => `${name}: ~`).join(', ')} } }`)).toEqual(
    [],
  );
});
