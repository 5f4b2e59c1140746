import { readFileSync } from 'node:fs';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { startMetrics } from 'otelier';
import { inference, inferenceLintExceptions } from 'otelier/packs/inference';
import { type LintException, lintRules, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const latency = '# HELP worker_latency_ms Mean time.\n# TYPE worker_latency_ms gauge\nworker_latency_ms 3\n';
const exceptionFor = (metric: string | RegExp, ...rules: LintException['rules']): LintException => ({
  metric,
  rules,
  why: 'The name is fixed.',
});

test.each([
  ['name', 'worker_latency_ms'],
  ['pattern', /_ms$/],
  ['a pattern with lastIndex set', Object.assign(/worker/gy, { lastIndex: 6 })],
])('an exception matches by %s', (_, metric) => {
  expect(promlint(latency, { except: [exceptionFor(metric, 'abbreviated_unit')] })).toEqual([]);
});

test('an exception covers only its metric and its rules', () => {
  const except = [exceptionFor('worker_latency_ms', 'abbreviated_unit')];
  const exposition = `# HELP worker_latency_ms Mean.\n# TYPE worker_latency_ms gauge\nworker_latency_ms{le="1"} 3\n# HELP b_ms B.\n`;
  expect(promlint(exposition, { except }).map(({ metric, rule }) => `${metric} ${rule}`)).toEqual([
    'worker_latency_ms reserved_label',
    'b_ms abbreviated_unit',
  ]);
});

test.each([
  ['an absent metric', exceptionFor('gone_ms', 'abbreviated_unit'), 'gone_ms', 'abbreviated_unit'],
  ['part of a name', exceptionFor('latency_ms', 'abbreviated_unit'), 'latency_ms', 'abbreviated_unit'],
  [
    'rules that are not broken',
    exceptionFor(/latency/, 'camel_case', 'base_unit'),
    '/latency/',
    'camel_case, base_unit',
  ],
])('an unused exception is a problem: %s', (_, exception, metric, rules) => {
  const text = `the exception for ${metric}: expected a problem ${rules}, or no exception`;
  const unused = { metric, rule: 'unused_exception', severity: 'style', line: undefined, text };
  const used = exceptionFor('worker_latency_ms', 'abbreviated_unit');
  expect(promlint(latency, { except: [exception, used] })).toEqual([unused]);
});

test('each rule of an exception must match a problem', () => {
  const except = [exceptionFor('worker_latency_ms', 'abbreviated_unit', 'missing_help')];
  expect(promlint(latency, { except })).toMatchObject([
    { rule: 'unused_exception', text: expect.stringContaining('a problem missing_help,') },
  ]);
});

test('unused_exception allows an absent metric', () => {
  const except = [exceptionFor('gpu_memory_mb', 'abbreviated_unit', 'unused_exception')];
  expect(promlint('# HELP a A.\n', { except })).toEqual([]);
});

test('two exceptions for one problem both count as used', () => {
  const except = [exceptionFor('worker_latency_ms', 'abbreviated_unit'), exceptionFor(/_ms$/, 'abbreviated_unit')];
  expect(promlint(latency, { except })).toEqual([]);
});

test('an exception covers errors too', () => {
  const exposition = '# HELP a_total A.\n# TYPE a_total counter\na_total -1\n';
  expect(promlint(exposition, { except: [exceptionFor('a_total', 'invalid_counter')] })).toEqual([]);
});

/** Returns a scrape of the pack, rendered by OpenTelemetry's own serializer. */
async function scrapeOf(namespace?: string): Promise<string> {
  const { reader } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    readers: [reader],
    packs: { inference: inference(namespace === undefined ? {} : { namespace }) },
  });
  metrics.inference.request({ totalSeconds: 0.1, stages: { inference: 0.05 }, documents: 2 });
  metrics.inference.batch({ sequences: 2, tokens: 10, paddingTokens: 1, longestSequence: 6 });
  metrics.inference.worker('1', 'model').completed(0.01);
  metrics.inference.instruments.gpuMemory.set(512);
  const { resourceMetrics } = await reader.collect();
  await metrics.shutdown();
  return new PrometheusSerializer().serialize(resourceMetrics);
}

test('the pack declares exactly the rules that its fixed names break', async () => {
  const scrape = await scrapeOf();
  expect(promlint(scrape).map(({ metric, rule }) => `${metric} ${rule}`)).toEqual([
    'gpu_memory_mb abbreviated_unit',
    'worker_latency_ms abbreviated_unit',
  ]);
  expect(promlint(scrape, { except: inferenceLintExceptions })).toEqual([]);
});

test('the exceptions of the pack apply with a namespace', async () => {
  expect(promlint(await scrapeOf('rank'), { except: inferenceLintExceptions })).toEqual([]);
});

test('docs/promlint.md lists exactly the rules, in order', () => {
  const page = readFileSync(new URL('../../docs/promlint.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, rule, description]) => [rule, description]);
  expect(rows).toEqual(Object.entries(lintRules).map(([rule, { description }]) => [rule, description]));
});
