/** Runs the examples of docs/backends/pushgateway.md, with a replaced port only. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

const page = readFileSync(new URL('../../docs/backends/pushgateway.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string);
const programs = blocks('ts');

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Runs a program of the page against a peer that responds with `status`. */
async function run(source: string, environment: Record<string, string> = {}, status = 200) {
  const peer = await startHttpPeer(() => ({ status, body: 'rejected by the test' }));
  closing.push(peer.close);
  const program = startApp(source.replace('http://localhost:9091', peer.url), {
    OTELIER_PUSHGATEWAY_URL: peer.url,
    ...environment,
  });
  const { code, stderr } = await program.end;
  const requests = peer.requests.map(({ method, path }) => `${method} ${path}`);
  return { code, stderr, requests, body: peer.requests[0]?.body.toString() ?? '' };
}

test('the page has three programs: a job, its result, and the deletion', () => {
  expect(programs).toHaveLength(3);
});

test('a job', async () => {
  const { body, ...rest } = await run(programs[0] as string);
  expect(rest).toEqual({ code: 0, stderr: '', requests: ['PUT /metrics/job/nightly-copy/shard/7'] });
  expect(body).toMatch(/^nightly_rows_total{.*} 3$/m);
});

test('a job that reports whether its push succeeded', async () => {
  expect(await run(programs[1] as string)).toMatchObject({ code: 0, stderr: '' });
  const { code, stderr } = await run(programs[1] as string, {}, 400);
  expect(code).toBe(1);
  expect(stderr).toContain('HTTP 400: rejected by the test');
});

test('the deletion of a group', async () => {
  const path = '/metrics/job/worker/instance/worker-1';
  expect(await run(programs[2] as string)).toMatchObject({ code: 0, stderr: '', requests: [`DELETE ${path}`] });
});

test('the variables of the group', async () => {
  const [variables = ''] = blocks('sh');
  const environment = Object.fromEntries(
    variables
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const { OTELIER_PUSHGATEWAY_URL: _, ...group } = environment;
  const source = "import { startMetrics } from 'otelier'; startMetrics();";
  const { requests, stderr } = await run(source, { OTEL_METRICS_EXPORTER: 'pushgateway', ...group });
  expect({ requests, stderr }).toEqual({
    requests: ['PUT /metrics/job/nightly-copy/instance/worker-1/path@base64/L3Zhci90bXA'],
    stderr: '',
  });
});

test('the configuration of Prometheus', () => {
  expect(parse(blocks('yaml')[0] as string)).toMatchObject({ scrape_configs: [{ honor_labels: true }] });
});
