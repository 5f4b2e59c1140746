/** Tests that docs/packs/vision.md matches the pack: table, numbers, queries and programs. */
import { readFileSync } from 'node:fs';
import { type VisionRecorder, vision } from 'otelier/packs/vision';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { scenario, start } from './vision-scene.js';

/** Calls each method alone, with all arguments. */
const calls: Record<string, (recorder: VisionRecorder) => void> = {
  end: (it) => it.begin().end({ detections: 1 }),
  stage: (it) => it.begin().stage('inference', 1),
  drop: (it) => it.begin().drop('late'),
  error: (it) => it.begin().error('timeout', 'decode'),
  record: (it) => it.record({ durationMs: 1, stages: { inference: 1 }, detections: 1 }),
  wrap: (it) => {
    let count = 0;
    const detect = it.wrap(() => {
      if (count++ > 0) throw new Error('none');
      return [1];
    });
    detect();
    expect(detect).toThrow();
  },
  gpu: (it) => it.gpu({ utilizationPercent: 1, memoryUsedBytes: 1, memoryTotalBytes: 2 }),
};

const page = readFileSync(new URL('../../docs/packs/vision.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(vision_\w+)` \| (counter|gauge|histogram) \| (.*) \| (.*) \|$/gm)].map(
  ([, name = '', type, labels, methods = '']) => ({
    name,
    type,
    labels,
    methods: [...methods.matchAll(/\w+/g)].map(([method]) => method),
  }),
);

test('the page lists every metric as declared', async () => {
  const { clock, recorder, families } = await start();
  scenario(recorder, clock);
  expect(rows.map(({ name, type }) => [name, type])).toEqual(
    [...(await families()).values()].map(({ name, type }) => [name, type]),
  );
  const declared = vision().catalogue.metrics.map(({ attributes }) =>
    Object.entries(attributes)
      .map(([key, { values }]) => `\`${key.replace('.', '_')}\`${values === undefined ? '' : `: ${values.join(', ')}`}`)
      .join('; '),
  );
  expect(rows.map(({ labels }) => labels)).toEqual(declared);
});

test('the methods that the page lists record each metric, and no others do', async () => {
  const recordedBy = Object.fromEntries(rows.map(({ name }) => [name, [] as string[]]));
  for (const [method, record] of Object.entries(calls)) {
    const { recorder, families } = await start();
    record(recorder);
    for (const [name, { samples }] of await families()) {
      // Of the observed metrics, only frames per second depend on a method.
      if (name === 'vision_memory_usage_bytes' || samples.every(({ value }) => value === 0)) continue;
      recordedBy[name]?.push(method);
    }
  }
  expect(recordedBy).toEqual(
    Object.fromEntries(rows.map(({ name, methods }) => [name, expect.arrayContaining(methods)])),
  );
  expect(Object.values(recordedBy).map(({ length }) => length)).toEqual(rows.map(({ methods }) => methods.length));
});

test('the page states the buckets and limits', () => {
  const { metrics } = vision().catalogue;
  const shownOf = (name: string) => {
    const { buckets = [], unit } = metrics.find((metric) => metric.name === name) ?? { unit: '' };
    const shown = buckets.map((edge) => String(unit === 's' ? Number((edge * 1_000).toFixed(6)) : edge));
    return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  };
  expect(page).toContain(`Inference has buckets at ${shownOf('vision.inference.duration')} ms`);
  expect(page).toContain(`stages and frames at ${shownOf('vision.stage.duration')} ms`);
  expect(shownOf('vision.frame.duration')).toBe(shownOf('vision.stage.duration'));
  expect(page).toContain(`Detections of a frame have buckets at ${shownOf('vision.detections_per_frame')}:`);

  const limits = Object.assign({}, ...metrics.map(({ attributes }) => attributes));
  const { camera, model, class: classes, gpu } = limits;
  const first = [camera.limit, model.limit, classes.limit, limits['error.type'].limit].join(', ');
  expect(page).toContain(`beyond the first ${first} and ${gpu.limit} |`);
});

test('the queries of the page use existing metrics and labels', async () => {
  const queries = /^```promql\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { clock, recorder, families } = await start();
  scenario(recorder, clock);
  const scraped = await families();
  const terms = [...queries.matchAll(/by \(([\w, ]+)\) \(rate\((vision_\w+)\[5m\]\)\)/g)];
  expect(terms).toHaveLength(5);
  for (const [name] of queries.matchAll(/vision_\w+/g)) {
    expect([...scraped.keys()]).toContain(name.replace(/_(?:bucket|sum)$/, ''));
  }
  for (const [, labels = '', name = ''] of terms) {
    const family = scraped.get(name.replace(/_(?:bucket|sum)$/, ''));
    const keys = new Set(family?.samples.flatMap((sample) => [...sample.labels.keys()]));
    expect([name, [...keys]]).toEqual([name, expect.arrayContaining(labels.split(', '))]);
  }
});

test('the programs of the page run and exit', async () => {
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  expect(blocks).toHaveLength(2);
  const source = [
    'class Tracker { #seen = 0; update(boxes) { this.#seen++; return boxes; } }',
    ...blocks,
    "console.log(tracker.update(['person', 'car']));",
    'await metrics.ready;',
    'console.log(await (await fetch(metrics.status().backends[0].url)).text());',
  ].join('\n');
  expect(source).toContain('port: 9090');
  // The port may be in use, and Node 20 does not parse `await using`.
  const program = source.replace('port: 9090', 'port: 0').replace(/^await using /m, 'const ');
  const { code, stdout, stderr } = await startApp(`${program}\nawait metrics[Symbol.asyncDispose]();`).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^vision_frames_total\{.*camera="front".*\} 3$/m);
  expect(stdout).toMatch(/^vision_detections_total\{.*class="person".*\} 2$/m);
  expect(stdout).toMatch(/^vision_dropped_frames_total\{.*reason="queue_full".*\} 2$/m);
  expect(stdout).toMatch(/^vision_gpu_utilization_ratio\S* 0\.71$/m);
});
