/** Runs the examples of docs/backends/otlp.md, with replaced addresses only. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { diag } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { afterEach, expect, test } from 'vitest';
import { presets } from '../../src/backends/otlp/presets.js';
import { startGrpcPeer } from '../support/grpc-peer.js';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';
import { makeCertificate, makeFolder } from './prometheus/security/certificates.js';

const page = readFileSync(new URL('../../docs/backends/otlp.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string);
const programs = blocks('ts');
const programWith = (text: string) => programs.find((source) => source.includes(text)) as string;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startPeer() {
  const peer = await startHttpPeer();
  stops.push(peer.close);
  return peer;
}

/** Runs a program of the page to its end; it pushes when it ends. */
async function run(source: string, port: number, environment: Record<string, string> = {}) {
  const program = startApp(source.replace(/\b431[78]\b/g, String(port)), environment);
  stops.push(program.stop);
  const end = await program.end;
  expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: '' });
  return end.stdout;
}

test('the page has five programs: options in code, the status, gRPC, a preset, and TLS', () => {
  expect(programs).toHaveLength(5);
});

test('options in code', async () => {
  const peer = await startPeer();
  await run(programWith('team'), peer.port);
  const [request] = peer.requests;
  expect(request).toMatchObject({
    path: '/v1/metrics',
    headers: { team: 'shop', 'content-encoding': 'gzip', 'content-type': 'application/x-protobuf' },
  });
  expect(request?.body.toString('latin1')).toContain('shop.orders');
});

test('a preset with a key from another variable', async () => {
  const peer = await startPeer();
  const OTEL_EXPORTER_OTLP_METRICS_ENDPOINT = `${peer.url}/v1/metrics`;
  await run(programWith('preset'), peer.port, { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, METRICS_KEY: 'mine' });
  expect(peer.requests[0]?.headers).toMatchObject({ 'api-key': 'mine' });
});

test('the status', async () => {
  const peer = await startPeer();
  const printed = await run(programWith('status'), peer.port);
  for (const text of ['true', "state: 'ok'", 'exported:', 'retries: 0']) expect(printed).toContain(text);
});

test('gRPC', async () => {
  const peer = await startGrpcPeer();
  stops.push(peer.close);
  const printed = await run(programWith("'grpc'"), peer.port);
  expect(printed).toBe(`true ${peer.url.replace('127.0.0.1', 'localhost')}\n`);
  expect(peer.requests[0]?.body.toString('latin1')).toContain('shop.orders');
});

const folder = makeFolder();

test('mutual TLS', async () => {
  const authority = makeCertificate(folder, 'ca');
  const own = makeCertificate(folder, 'own', ['DNS:localhost'], authority);
  makeCertificate(folder, 'client', ['DNS:client'], authority);
  const clients: string[] = [];
  const server = createServer(
    {
      cert: readFileSync(own.certificate),
      key: readFileSync(own.key),
      ca: readFileSync(authority.certificate),
      requestCert: true,
    },
    (request, response) => {
      clients.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      request.resume().on('end', () => response.end());
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const source = programWith('clientKey').replaceAll('/etc/metrics', folder);
  expect(source).toContain(join(folder, 'client.key'));
  await run(source, (server.address() as AddressInfo).port);
  // One more if the minute ends meanwhile.
  expect([...new Set(clients)]).toEqual(['client']);
});

/** Lines of the page's shell blocks: each sets variables and runs a program. */
const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));

test.each(lines)('%s', async (line) => {
  const words = line.split(' ');
  expect(words.slice(-2)).toEqual(['node', 'app.js']);
  const environment = Object.fromEntries(words.slice(0, -2).map((word) => word.split('=')));
  const warnings: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => warnings.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
  stops.push(async () => diag.disable());
  const { settings, shutdown } = startMetrics({ isolated: true, environment });
  stops.push(shutdown);
  expect(warnings).toEqual([]);
  const {
    OTELIER_OTLP_PRESET: preset,
    DD_SITE,
    OTEL_EXPORTER_OTLP_ENDPOINT,
    OTEL_EXPORTER_OTLP_PROTOCOL,
  } = environment;
  if (preset !== undefined) expect(settings.get('otlp.temporality')?.from).toBe(`preset ${preset}`);
  const endpoint = settings.get('otlp.endpoint')?.value;
  const path = OTEL_EXPORTER_OTLP_PROTOCOL === 'grpc' ? '/' : '/v1/metrics';
  expect(endpoint).toBe(
    DD_SITE === undefined ? `${OTEL_EXPORTER_OTLP_ENDPOINT}${path}` : `https://otlp.${DD_SITE}/v1/metrics`,
  );
});

const code = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);
const bold = (text: string) => [...text.matchAll(/\*\*`([^`]+)`\*\*/g)].map(([, word]) => word as string);

test.each(Object.entries(presets))('the row of preset %s', (name, preset) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
  const [, , endpoint = '', temporality = '', bytes = '', packed = '', variables = '', read = ''] = row
    .split('|')
    .map((cell) => cell.trim());
  const { choice, url = preset.endpoint.example } = preset.endpoint;
  expect(code(endpoint)).toEqual([url]);
  expect(endpoint.startsWith('yours')).toBe(preset.endpoint.url === undefined);
  expect([temporality, bytes, packed]).toEqual([
    preset.temporality,
    String(preset.maxRequestBytes ?? 4_194_304),
    preset.compression,
  ]);
  expect(read).toContain(`(${preset.page})`);
  const ofHeaders = preset.headers.flatMap(({ parts }) => parts.flat());
  expect(code(variables)).toEqual([...(choice === undefined ? [] : [choice.variable]), ...ofHeaders]);
  const required = preset.headers.filter((header) => header.required).flatMap(({ parts }) => parts.flat());
  expect(bold(variables)).toEqual(required);
});
