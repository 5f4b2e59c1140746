/** Tests that docs/packs/genai-sdks.md matches the wrappers: program, measured calls, SDK versions. */
import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { observeAnthropic, observeOpenAI } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { chatChunks, message } from '../support/llm-upstream.js';
import { startApp } from '../support/program.js';
import { startProgram, startProvider } from './genai-sdks.js';

const page = readFileSync(new URL('../../docs/packs/genai-sdks.md', import.meta.url), 'utf8');

test('the program of the page runs and is measured', async () => {
  const provider = await startProvider(({ path }) =>
    path.endsWith('/chat/completions') ? { events: chatChunks(['Pa', 'ris.']) } : { json: message() },
  );
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { code, stdout, stderr } = await startApp(`${source}\nawait metrics.shutdown();`, {
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: 'k',
    ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: 'k',
    OTEL_METRICS_EXPORTER: 'console',
    OTELIER_CONSOLE_COLUMNS: '500',
  }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Paris\. 200\n/);
  expect(stdout).toMatch(/gen_ai\.client\.operation\.duration {2}.*\n(?: {2}.*\n)*.*openai.*gpt-5-mini/);
  expect(stdout).toMatch(/gen_ai\.client\.operation\.duration {2}.*\n(?: {2}.*\n)*.*anthropic.*claude-sonnet-5-5/);
});

/** Returns the paths of the wrapped `create` methods: own properties instead of class methods. */
function wrappedPaths(client: object, path = '', seen = new Set<object>()): string[] {
  if (seen.has(client)) return [];
  seen.add(client);
  return [
    ...(Object.hasOwn(client, 'create') ? [`${path}create`] : []),
    ...Object.entries(client).flatMap(([name, part]) =>
      typeof part === 'object' && part !== null ? wrappedPaths(part, `${path}${name}.`, seen) : [],
    ),
  ];
}

test('the page lists every measured call', async () => {
  const { recorder } = await startProgram();
  const clients = [
    observeOpenAI(new OpenAI({ apiKey: 'k' }), recorder),
    observeAnthropic(new Anthropic({ apiKey: 'k' }), recorder),
  ];
  const listed = [...page.matchAll(/^\|[^|]*\|([^|]*)\| `(?:chat|text_completion|embeddings)` \|$/gm)].flatMap(
    ([, row]) => [...(row as string).matchAll(/`([\w.]+\.create)`/g)].map(([, path]) => path),
  );
  expect(listed.sort()).toEqual(clients.flatMap((client) => wrappedPaths(client)).sort());
});

test.each(['openai', '@anthropic-ai/sdk'])('the page names the tested version of %s', (name) => {
  const manifest = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  const [major, minor] = (JSON.parse(manifest) as { version: string }).version.split('.');
  const verified = /^Verified with .*$/m.exec(page)?.[0] ?? '';
  expect(verified.slice(verified.indexOf('the tests run with'))).toContain(`${major}.${minor}`);
});
