/** Runs the examples of docs/delivery.md and docs/durable.md, with replaced ports and folders only. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** Returns a port of 127.0.0.1 that no server listens on. */
async function freePort(): Promise<number> {
  const peer = await startHttpPeer();
  await peer.close();
  return peer.port;
}

async function run(source: string) {
  const { code, stdout, stderr } = await startApp(source).end;
  expect(code).toBe(0);
  return { stdout, stderr };
}

test('the example of the delivery page prints its output', async () => {
  const [program = ''] = blocksOf('delivery.md', 'ts');
  const [output = '', log = ''] = blocksOf('delivery.md', 'text');
  const port = String(await freePort());
  const { stdout, stderr } = await run(program.replaceAll('4318', port));
  expect(stdout).toBe(output);
  expect(stderr).toBe(log.replaceAll('4318', port));
});

test('the example of the spool page prints its output', async () => {
  const [program = ''] = blocksOf('durable.md', 'ts');
  const [output = ''] = blocksOf('durable.md', 'text');
  const folder = mkdtempSync(join(tmpdir(), 'guide-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const runAt = async (port: number) =>
    (await run(program.replace('4318', String(port)).replace('/var/lib/storefront/metrics', folder))).stdout;
  // The size on disk depends on the resource of the process.
  const withoutSize = (text: string) => text.replace(/bytes: \d+/, 'bytes: …');

  const port = await freePort();
  const lines = [await runAt(port), await runAt(port)];
  const peer = await startHttpPeer(undefined, port);
  onTestFinished(peer.close);
  lines.push(await runAt(port));
  expect(lines.map(withoutSize).join('')).toBe(output.split('\n').map(withoutSize).join('\n'));
});
