/** Spool folders that cannot be used: the start says so, and deliveries go on from memory. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';

const place = mkdtempSync(join(tmpdir(), 'otelier-unusable-'));
const file = join(place, 'file');
const dangling = join(place, 'dangling');
const readOnly = join(place, 'read-only');
writeFileSync(file, '');
symlinkSync(join(place, 'nowhere', 'else'), dangling);
mkdirSync(readOnly);
chmodSync(readOnly, 0o500);
afterAll(() => rmSync(place, { recursive: true }));
afterEach(() => diag.disable());

const shop = defineCatalogue({ orders: counter({ name: 'orders', unit: '1', description: 'Orders.' }) });

/** Starts metrics with a spool folder, and delivers once. Returns what was logged, and the number of requests. */
async function deliverWith(folder: string): Promise<{ messages: string[]; requests: number }> {
  const messages: string[] = [];
  const log = (message: string) => messages.push(message);
  const ignore = () => undefined;
  const peer = await startHttpPeer(() => ({ status: 200, body: '' }));
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url, OTELIER_SPOOL_DIR: folder };
  const metrics = startMetrics({ isolated: true, environment, catalogues: { shop } });
  await metrics.ready;
  const atStart = [...messages];
  metrics.shop.orders.add(1);
  await metrics.shutdown();
  await peer.close();
  return { messages: atStart, requests: peer.requests.length };
}

const linux = process.platform === 'linux';
/** Root writes into folders without permission. */
const isRoot = process.getuid?.() === 0;

test.runIf(linux)('below /proc, where creating folders with their parents does not end', async () => {
  for (const folder of ['/proc/nope', '/proc/nope/deeper', '/proc/self/fd/nope']) {
    const { messages, requests } = await deliverWith(folder);
    expect(messages).toEqual([expect.stringMatching(/^otlp: cannot use spool folder \/proc\/.*: ENOENT/)]);
    expect(requests).toBe(1);
  }
});

describe.each<[string, string, string]>([
  ['a file', file, 'ENOTDIR'],
  ['a folder below a file', join(file, 'deeper'), 'ENOTDIR'],
  ['a link to nowhere', dangling, 'ENOENT'],
  ...(linux ? [['a folder of the system', '/sys/nope', 'E(?:PERM|ROFS|ACCES|NOENT)'] as [string, string, string]] : []),
  ...(isRoot ? [] : [['a folder without permission', readOnly, 'EACCES'] as [string, string, string]]),
])('%s', (_, folder, code) => {
  test('is reported at the start, and points are delivered from memory', async () => {
    const { messages, requests } = await deliverWith(folder);
    const start = `^otlp: cannot use spool folder .* \\(spoolDirectory, OTELIER_SPOOL_DIR\\): ${code}`;
    expect(messages).toEqual([
      expect.stringMatching(new RegExp(`${start}.*; undelivered points are kept in memory only$`)),
    ]);
    expect(requests).toBe(1);
  });
});

test('missing parents of a usable folder are created', async () => {
  const folder = join(place, 'new', 'spool');
  const { messages, requests } = await deliverWith(folder);
  expect({ messages, requests }).toEqual({ messages: [], requests: 1 });
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^otlp-/)]);
});
