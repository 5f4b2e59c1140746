import { readFileSync } from 'node:fs';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { startMetrics } from 'otelier';
import { inference, inferenceLintExceptions } from 'otelier/packs/inference';
import { type LintException, lintRules, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const latency = '# HELP worker_latency_ms Mean time.\n# TYPE worker_latency_ms gauge\nworker_latency_ms 3\n';
const excuse = (metric: string | RegExp, ...rules: LintException['rules']): LintException => ({
  metric,
  rules,
  why: 'The name is fixed.',
});

test.each([
  ['its name', 'worker_latency_ms'],
  ['a pattern', /_ms$/],
  ['a pattern that was used before', Object.assign(/worker/gy, { lastIndex: 6 })],
])('a metric is excused by %s', (_, metric) => {
  expect(promlint(latency, { except: [excuse(metric, 'abbreviated_unit')] })).toEqual([]);
});

test('an exception excuses what it names and nothing else', () => {
  const except = [excuse('worker_latency_ms', 'abbreviated_unit')];
  const exposition = `# HELP worker_latency_ms Mean.\n# TYPE worker_latency_ms gauge\nworker_latency_ms{le="1"} 3\n# HELP b_ms B.\n`;
  expect(promlint(exposition, { except }).map(({ metric, rule }) => `${metric} ${rule}`)).toEqual([
    'worker_latency_ms reserved_label',
    'b_ms abbreviated_unit',
  ]);
});

test.each([
  ['a metric that is not there', excuse('gone_ms', 'abbreviated_unit'), 'gone_ms', 'abbreviated_unit'],
  ['a part of a name', excuse('latency_ms', 'abbreviated_unit'), 'latency_ms', 'abbreviated_unit'],
  ['a rule that is kept', excuse(/latency/, 'camel_case', 'base_unit'), '/latency/', 'camel_case, base_unit'],
])('an exception for %s is a problem itself', (_, exception, metric, rules) => {
  const text = `the exception for ${metric}: expected a problem ${rules} that it excuses, or no such exception`;
  const unused = { metric, rule: 'unused_exception', severity: 'style', line: undefined, text };
  const used = excuse('worker_latency_ms', 'abbreviated_unit');
  expect(promlint(latency, { except: [exception, used] })).toEqual([unused]);
});

test('of an exception with several rules, each has to excuse something', () => {
  const except = [excuse('worker_latency_ms', 'abbreviated_unit', 'missing_help')];
  expect(promlint(latency, { except })).toMatchObject([
    { rule: 'unused_exception', text: expect.stringContaining('missing_help that') },
  ]);
});

test('an exception may say that its metric is not always there', () => {
  const except = [excuse('gpu_memory_mb', 'abbreviated_unit', 'unused_exception')];
  expect(promlint('# HELP a A.\n', { except })).toEqual([]);
});

test('two exceptions for one problem are both used', () => {
  const except = [excuse('worker_latency_ms', 'abbreviated_unit'), excuse(/_ms$/, 'abbreviated_unit')];
  expect(promlint(latency, { except })).toEqual([]);
});

test('an error can be excused as well', () => {
  const exposition = '# HELP a_total A.\n# TYPE a_total counter\na_total -1\n';
  expect(promlint(exposition, { except: [excuse('a_total', 'invalid_counter')] })).toEqual([]);
});

/** What a scrape of the pack is, by OpenTelemetry's own serializer. */
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

test('the pack states what its fixed names break, and breaks nothing else', async () => {
  const scrape = await scrapeOf();
  expect(promlint(scrape).map(({ metric, rule }) => `${metric} ${rule}`)).toEqual([
    'gpu_memory_mb abbreviated_unit',
    'worker_latency_ms abbreviated_unit',
  ]);
  expect(promlint(scrape, { except: inferenceLintExceptions })).toEqual([]);
});

test('so it does with a namespace', async () => {
  expect(promlint(await scrapeOf('rank'), { except: inferenceLintExceptions })).toEqual([]);
});

test('every rule is explained in docs/testing.md, in order, and nothing else is', () => {
  const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, rule, asks]) => [rule, asks]);
  expect(rows).toEqual(Object.entries(lintRules).map(([rule, { asks }]) => [rule, asks]));
});
