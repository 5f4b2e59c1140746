/** Several copies of the package, and of the OpenTelemetry API, in one process. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNode } from '../support/program.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(root, 'build', 'copies-'));
  for (const name of ['first', 'second', 'later']) {
    cpSync(join(root, 'dist'), join(folder, name, 'dist'), { recursive: true });
    writeFileSync(join(folder, name, 'package.json'), '{ "type": "module" }');
  }
  raiseVersion(join(folder, 'later', 'dist', 'chunks'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Turns a copy into one of the next, incompatible version. */
function raiseVersion(chunks: string): void {
  for (const name of readdirSync(chunks)) {
    if (!/\.c?js$/.test(name)) continue;
    const code = readFileSync(join(chunks, name), 'utf8');
    writeFileSync(join(chunks, name), code.replace(/=\s*(["'`])0\.1\.0\1/, '="0.2.0"'));
  }
}

/** Runs a program with functions that load a copy in either format and scrape the endpoint. */
async function run(program: string): Promise<{ stdout: string; stderr: string }> {
  const file = join(folder, 'app.mjs');
  writeFileSync(
    file,
    `import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const esm = (copy, door = 'index') => import('./' + copy + '/dist/' + door + '.js');
    const cjs = (copy, door = 'index') => require('./' + copy + '/dist/' + door + '.cjs');
    const shopOf = ({ counter, defineCatalogue, text }, description = 'Orders.') => defineCatalogue({
      orders: counter({ name: 'shop.orders', unit: '{order}', description, attributes: { via: text() } }) });
    async function scrape(metrics) {
      await metrics.ready;
      const text = await (await fetch(metrics.status().backends[0].url)).text();
      console.log(text.split('\\n').filter((line) => /^(shop|gateway.*(requests|connections))/.test(line)).map((line) => line.replace(/otel_scope_name="otelier",?/, '')).join('\\n'));
      await metrics.shutdown();
    }
    ${program}`,
  );
  const environment = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const { code, stdout, stderr } = await startNode([file], environment).end;
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  return { stdout, stderr };
}

const pairs = [
  ['an ES module', 'a CommonJS module', "await esm('first')", "cjs('first')"],
  ['a CommonJS module', 'an ES module', "cjs('first')", "await esm('first')"],
  ['one file', 'another file', "await esm('first')", "await esm('second')"],
] as const;

test.each(pairs)('%s and %s share one engine', async (_one, _other, first, second) => {
  const { stdout, stderr } = await run(`
    const one = ${first}, other = ${second};
    one.instrumentsOf(shopOf(one)).orders.add(1, { via: 'one, before' });
    other.instrumentsOf(shopOf(other)).orders.add(2, { via: 'other, before' });
    const metrics = one.startMetrics({ catalogues: { shop: shopOf(one) } });
    metrics.shop.orders.add(3, { via: 'started' });
    other.instrumentsOf(shopOf(other)).orders.bind({ via: 'other, after' }).add(4);
    other.startMetrics({ catalogues: { shop: shopOf(other) } }).shop.orders.add(5, { via: 'started again' });
    await scrape(metrics);`);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n').sort()).toEqual([
    'shop_orders_total{via="one, before"} 1',
    'shop_orders_total{via="other, after"} 4',
    'shop_orders_total{via="other, before"} 2',
    'shop_orders_total{via="started again"} 5',
    'shop_orders_total{via="started"} 3',
  ]);
});

test.each(pairs)('%s and %s share the recorder of a pack', async (_one, _other, first, second) => {
  const door = (copy: string) => copy.replace("')", "', 'packs/gateway/index')");
  const { stdout, stderr } = await run(`
    const one = ${first}, other = ${second};
    const { gateway } = ${door(first)}, { gateway: again } = ${door(second)};
    const metrics = one.startMetrics({ packs: { gateway: gateway() } });
    const later = other.startMetrics({ packs: { gateway: again() } });
    metrics.gateway.provider('openai').record({ bytesIn: 1, bytesOut: 1, latencyMs: 1, ok: true });
    later.gateway.provider('openai').record({ bytesIn: 1, bytesOut: 1, latencyMs: 1, ok: true });
    console.log(later.gateway === metrics.gateway);
    await scrape(metrics);`);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^true\n/);
  expect(stdout).toMatch(/gateway_\w*requests_total\{[^}]*openai[^}]*\} 2\n/);
});

test('a client of an SDK that two copies observe is measured once', async () => {
  const { stdout, stderr } = await run(`
    const one = await esm('first');
    const [{ genai, observeOpenAI }, again] = [await esm('first', 'packs/genai/index'), cjs('second', 'packs/genai/index')];
    const OpenAI = require('openai').default;
    const metrics = one.startMetrics({ packs: { genai: genai() } });
    const answer = { id: 'a', object: 'chat.completion', model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } };
    const fetch = async () => new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
    const client = new OpenAI({ apiKey: 'key', fetch });
    observeOpenAI(client, metrics.genai);
    again.observeOpenAI(client, metrics.genai);
    await client.chat.completions.create({ model: 'm', messages: [] });
    await metrics.ready;
    const text = await (await globalThis.fetch(metrics.status().backends[0].url)).text();
    console.log(/gen_ai_client_operation_duration_seconds_count\\{[^}]*\\} (\\d+)/.exec(text)?.[1]);
    await metrics.shutdown();`);
  expect({ stdout, stderr }).toEqual({ stdout: '1\n', stderr: '' });
});

test('a pack that another copy starts with other options is reported', async () => {
  const { stderr } = await run(`
    const [one, other] = [await esm('first'), cjs('first')];
    const [{ gateway }, { gateway: again }] = [await esm('first', 'packs/gateway/index'), cjs('first', 'packs/gateway/index')];
    const metrics = one.startMetrics({ packs: { gateway: gateway({ models: ['a'] }) } });
    other.startMetrics({ packs: { gateway: again({ models: ['a'] }) } });
    other.startMetrics({ packs: { gateway: again({ models: ['a'], windowMs: 30_000 }) } });
    await scrape(metrics);`);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/pack "gateway" is already running with other options; the later options are ignored/),
  ]);
});

test('one name with different definitions is rejected across copies', async () => {
  const { stdout } = await run(`
    const [one, other] = [await esm('first'), cjs('second')];
    const metrics = one.startMetrics({ catalogues: { shop: shopOf(one) } });
    try { other.startMetrics({ catalogues: { shop: shopOf(other, 'Other orders.') } }); }
    catch ({ code }) { console.log(code); }
    await metrics.shutdown();`);
  expect(stdout).toBe('METRICS_DUPLICATE_NAME\n');
});

test.each([
  ['before', 'after'],
  ['after', 'before'],
])('an incompatible version that is used %s the start is reported with both files', async (use) => {
  const { stderr } = await run(`
    const [one, later] = [await esm('first'), await esm('later')];
    const use = () => later.instrumentsOf(shopOf(later)).orders.add(1, { via: 'later' });
    if ('${use}' === 'before') use();
    const metrics = one.startMetrics({ catalogues: { shop: shopOf(one) } });
    if ('${use}' === 'after') use();
    await scrape(metrics);`);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/two incompatible versions of otelier are loaded: 0\.\d\.0 \(.*\) and 0\.\d\.0 \(/);
  expect(lines[0]).toContain('/first)');
  expect(lines[0]).toContain('/later)');
});

test('a loaded copy of the OpenTelemetry API that cannot see the provider is reported', async () => {
  for (const version of ['1.8.0', '1.10.0']) {
    const api = join(folder, version, 'node_modules', '@opentelemetry', 'api');
    mkdirSync(join(api, 'build', 'src'), { recursive: true });
    writeFileSync(join(api, 'package.json'), JSON.stringify({ name: '@opentelemetry/api', version }));
    writeFileSync(join(api, 'build', 'src', 'index.js'), '');
  }
  const { stderr } = await run(`
    for (const version of ['1.8.0', '1.10.0']) require('./' + version + '/node_modules/@opentelemetry/api/build/src/index.js');
    const { startMetrics } = await esm('first');
    await startMetrics().shutdown();`);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(
      /two versions of @opentelemetry\/api are installed: 1\.9\.1 .* 1\.10\.0 \(.*\/1\.10\.0\) .*install @opentelemetry\/api@1\.10\.0/,
    ),
  ]);
});

test.each([
  ['nested, without a lock file of npm', 'library/node_modules/@opentelemetry/api'],
  ['nested in a package with a scope', '@scope/library/node_modules/@opentelemetry/api'],
  ['in the store of pnpm', '.pnpm/@opentelemetry+api@1.10.0/node_modules/@opentelemetry/api'],
  ['in the store of Bun', '.bun/@opentelemetry+api@1.10.0/node_modules/@opentelemetry/api'],
])('an installed copy of the API that cannot see the provider is reported: %s', async (_layout, path) => {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, path), { recursive: true });
  const manifest = JSON.stringify({ name: '@opentelemetry/api', version: '1.10.0' });
  writeFileSync(join(modules, path, 'package.json'), manifest);
  try {
    const { stderr } = await run(`
      const { startMetrics } = await esm('first');
      await startMetrics().shutdown();`);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/two versions of @opentelemetry\/api are installed: 1\.9\.1 .* 1\.10\.0 \(.*\) ignores/),
    ]);
  } finally {
    rmSync(modules, { recursive: true });
  }
});

test('a metric that another copy defines differently is reported once, with what differs', async () => {
  const { stdout, stderr } = await run(`
    const { counter, defineCatalogue, instrumentsOf, oneOf, startMetrics } = await esm('first');
    const shop = (of, ...channels) => of.defineCatalogue({
      orders: of.counter({ name: 'shop.orders', unit: '{order}', description: 'O.', attributes: { channel: of.oneOf(...channels) } }) });
    const first = shop(await esm('first'), 'web', 'app');
    const metrics = startMetrics({ catalogues: { first } });
    const second = await esm('second');
    for (let times = 0; times < 2; times++)
      second.instrumentsOf(shop(second, 'web', 'app', 'store')).orders.add(1, { channel: 'web' });
    await scrape(metrics);`);
  expect(stdout).toMatch(/shop_orders_total\{channel="web",?\} 2/);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/metric "shop\.orders" is defined twice, with different attributes; the first definition/),
  ]);
});
