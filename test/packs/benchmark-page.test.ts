/** Checks the tables, queries and program of docs/packs/benchmark.md. */
import { readFileSync } from 'node:fs';
import { type BenchmarkRun, benchmark } from 'otelier/packs/benchmark';
import { parseExposition } from 'otelier/testing';
import { expect, test } from 'vitest';
import type { FakeClock } from '../support/clock.js';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';
import { scenario, slo, start } from './benchmark-suite.js';

const abandonedAfterMs = 60_000;

/** Calls each verb once with all its fields. */
const verbCalls: Record<string, (run: BenchmarkRun, clock: FakeClock) => void> = {
  begin: () => {},
  sample: (it) =>
    it.sample({ latencySeconds: 1, ok: true, firstOutputSeconds: 0.5, outputs: 2, temporalConsistency: 1 }),
  score: (it) => it.score({ fvd: 1, inceptionScore: 1, temporalConsistency: 1 }),
  fScore: (it) => void it.fScore([]),
  apiCall: (it) => it.apiCall({ responseSeconds: 1, ok: true }),
  queued: (it, clock) => {
    const request = it.queued();
    request.dequeued();
    request.done();
    it.queued();
    clock.advance(abandonedAfterMs);
    // Keeps the run in use, and abandons the request before it.
    it.queued();
  },
  end: (it) => it.end({ ok: true }),
};

const page = readFileSync(new URL('../../docs/packs/benchmark.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*) \| (`[\w`, ]+`) \|$/gm)].map(
  ([, name = '', type, labels, verbs = '']) => ({ name, type, labels, verbs: verbs.replaceAll('`', '').split(', ') }),
);

test('the metric table matches the catalogue and the announced metrics', async () => {
  const { scrape } = await start();
  const announced = parseExposition(await scrape());
  const metrics = benchmark().catalogue.metrics.map(({ attributes }, index) => ({ attributes, ...announced[index] }));
  const ofGpus = metrics.filter(({ name }) => name?.startsWith('system_gpu_'));
  const pattern = /^\| `(system_gpu_\w+)` \| (\w+) \| `(\w+)` \|$/gm;
  expect([...page.matchAll(pattern)].map((cells) => cells.slice(1))).toEqual(
    ofGpus.map(({ name, type, attributes }) => [name, type, Object.keys(attributes).join()]),
  );
  const ofRuns = metrics.filter((metric) => !ofGpus.includes(metric));
  const declared = ofRuns.map(({ name, type, attributes }) => {
    const [model, container, gpu, ...more] = Object.entries(attributes);
    expect([model?.[0], container?.[0], gpu?.[0]]).toEqual(['model_name', 'container_id', 'gpu_id']);
    return {
      name,
      type,
      labels: more
        .map(([key, { values }]) => `\`${key}\`${values === undefined ? '' : `: ${values.join(', ')}`}`)
        .join('; '),
    };
  });
  expect(rows.map(({ verbs: _, ...row }) => row)).toEqual(declared);
});

test('each metric is recorded by the verbs in the table', async () => {
  const recordedBy: Record<string, string[]> = {};
  for (const [verb, record] of Object.entries(verbCalls)) {
    const { clock, recorder, families } = await start({ slo, abandonedAfterMs });
    const run = recorder.begin({ model: 'a' });
    const before = await families();
    clock.advance(1_000);
    record(run, clock);
    for (const name of (await families()).keys()) {
      if (verb === 'begin' || !before.has(name)) recordedBy[name] = [...(recordedBy[name] ?? []), verb];
    }
  }
  expect(recordedBy).toEqual(Object.fromEntries(rows.map(({ name, verbs }) => [name, verbs])));
});

test('the queries use existing metrics and labels', async () => {
  const queries = /^```promql\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { clock, recorder, families } = await start({ slo });
  scenario(recorder, clock);
  const samples = [...(await families()).values()].flatMap((family) => family.samples);
  const selectors = [...queries.matchAll(/(\w+)(?:\{(\w+)=~?"([^"]*)"\})?\[\d+\w\]/g)];
  expect(selectors).toHaveLength(13);
  for (const [, name, label = 'model_name', values = 'sharp'] of selectors) {
    for (const value of values.split('|')) {
      const found = samples.some((sample) => sample.name === name && sample.labels.get(label) === value);
      expect([name, value, found]).toEqual([name, value, true]);
    }
  }
});

test('the program runs and prints the output in its comments', async () => {
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const peer = await startHttpPeer();
  const { code, stdout, stderr } = await startApp(source, { OTELIER_PUSHGATEWAY_URL: peer.url }).end;
  await peer.close();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const score = '{ precision: 1, recall: 0.5, f1: 0.6666666666666666, timeUnixMs: N }';
  expect(stdout.replace(/\s+/g, ' ').replace(/timeUnixMs: \d{13}/, 'timeUnixMs: N')).toBe(
    `${score} true [ { backend: 'pushgateway', ok: true } ] `,
  );
  expect(peer.requests[0]?.body.toString()).toMatch(/^benchmark_temporal_consistency\{.*\} 0\.96/m);
});
