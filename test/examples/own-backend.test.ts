/** The backend of example 08 passes the conformance suite. */
import { readdirSync, readFileSync } from 'node:fs';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { type ArrivedPoint, backendConformance } from 'otelier/testing/backend';
import { describe, expect, test } from 'vitest';
import { influx } from '../../examples/08-own-backend/influx.ts';
import { startHttpPeer } from '../support/http-peer.js';

const cases = backendConformance({
  create: ({ url, secret }) => influx({ url, token: secret }),
  accepts: { status: 204 },
  arrived: ({ requests }) => requests.flatMap(({ body }) => body.toString().trimEnd().split('\n').map(readLine)),
});

describe('influx', () => {
  for (const { name, skipped, run } of cases) test.skipIf(skipped)(name, run);
});

/** Splits a line at its unescaped commas, equals signs and spaces. */
function readLine(line: string): ArrivedPoint {
  const [series = '', fields = '', time = ''] = split(line, ' ');
  expect(time).toMatch(/^\d{13}$/);
  const [metric = '', ...tags] = split(series, ',');
  const read = Object.fromEntries(split(fields, ',').map((field) => split(field, '=')));
  const attributes = Object.fromEntries(tags.map((tag) => split(tag, '=')));
  const value = 'count' in read ? { count: Number(read.count), sum: Number(read.sum) } : Number(read.value);
  return { metric, attributes, value };
}

function split(text: string, separator: string): string[] {
  return text.split(new RegExp(`(?<!\\\\)${separator}`));
}

test('series that differ only in characters that lines cannot express stay separate', async () => {
  const peer = await startHttpPeer();
  const queues = ['', '%', '%25', ' ', 'a b', 'a\\ b', 'a\nb', 'a%0ab', 'a,b=c', '\\', '%5c', '_', '%5f', 'time'];
  const jobs = defineCatalogue({
    done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs.', attributes: { queue: text() } }),
  });
  const metrics = startMetrics({ isolated: true, catalogues: { jobs }, backends: [influx({ url: peer.url })] });
  for (const queue of queues) metrics.jobs.done.add(1, { queue });
  await metrics.shutdown();
  await peer.close();
  const lines = peer.requests.flatMap(({ body }) => body.toString().trimEnd().split('\n'));
  expect(new Set(lines.map((line) => JSON.stringify(readLine(line).attributes))).size).toBe(queues.length);
});

test('the guide shows the code of the example', () => {
  const root = new URL('../../', import.meta.url);
  const folder = new URL('examples/08-own-backend/', root);
  const files = [...readdirSync(folder).map((name) => new URL(name, folder)), new URL(import.meta.url)];
  const code = files.map((file) => readFileSync(file, 'utf8').replace(/^\s+/gm, '')).join('\n');
  const guide = readFileSync(new URL('docs/backends/writing-one.md', root), 'utf8');
  const shown = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
  expect(shown.length).toBeGreaterThanOrEqual(3);
  for (const block of shown) expect(code).toContain(block.replace(/^\s+/gm, ''));
});
