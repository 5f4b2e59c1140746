/** Runs the examples of docs/backends/datadog.md against a fake intake. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { datadogOptions } from '../../src/backends/datadog/options.js';
import { datadogName, datadogTag } from '../../src/naming/datadog.js';
import { generalOptions } from '../../src/settings/general.js';
import { startDatadogIntake } from '../support/datadog-intake.js';
import { startApp } from '../support/program.js';

const page = readFileSync(new URL('../../docs/backends/datadog.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string);

let close: (() => Promise<unknown>) | undefined;
afterEach(() => close?.());

async function run(source: string, environment: Record<string, string>) {
  const intake = await startDatadogIntake({ key: environment['DD_API_KEY'] as string });
  close = intake.close;
  const { code, stderr } = await startApp(source, { ...environment, OTELIER_DATADOG_ENDPOINT: intake.url }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return intake.store;
}

test('the program', async () => {
  const programs = blocks('ts');
  expect(programs).toHaveLength(1);
  const store = await run(programs[0] as string, { DD_API_KEY: 'from-the-environment' });
  expect(store.of('shop.orders')[0]?.tags).toEqual(
    expect.arrayContaining(['service:storefront', 'team:search', 'channel:web']),
  );
  expect(store.total('shop.orders')).toBe(1);
  expect(store.total('shop.wait.bucket', 'lower_bound:0.1', 'upper_bound:1.0')).toBe(1);
});

test('the environment', async () => {
  const [command = ''] = blocks('sh');
  const environment = Object.fromEntries([...command.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  expect(Object.keys(environment)).toHaveLength(5);
  const source = `
    import { metrics } from '@opentelemetry/api';
    import { startMetrics } from 'otelier';
    startMetrics();
    metrics.getMeter('app').createCounter('app.things').add(2);`;
  const store = await run(source, environment);
  expect(store.total('app.things', 'env:prod', 'team:search')).toBe(2);
});

const rows = (cells: number) =>
  [...page.matchAll(/^\| (`.*) \|$/gm)]
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .filter((row) => row.length === cells);

test('the names', () => {
  const names = rows(2).filter(([, name]) => name?.match(/^\S+$/));
  expect(names).toHaveLength(3);
  for (const [given = '', name] of names) expect(datadogName(given)).toBe(name);
});

test('the tags', () => {
  const tags = rows(3);
  expect(tags).toHaveLength(4);
  for (const [key = '', value = '', tag] of tags) expect(datadogTag(key, value)).toBe(tag);
});

test('every variable of the page belongs to an option', () => {
  const known = Object.values({ ...generalOptions, ...datadogOptions }).flatMap(({ environment }) =>
    environment.map(String),
  );
  const named = new Set(page.match(/\b(?:DD|OTELIER)_[A-Z_]+\b/g));
  named.delete('DD_METRICS_OTEL_ENABLED');
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
});
