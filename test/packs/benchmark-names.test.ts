/** The names that the benchmark pack records, and their limits. */
import type { BenchmarkOptions } from 'otelier/packs/benchmark';
import { expect, test } from 'vitest';
import { sample, slo, start } from './benchmark-suite.js';

test('keeps names unchanged except for surrounding white space, and accepts a number as GPU', async () => {
  const { recorder, values } = await start();
  recorder.begin({ model: ' org/CogVideoX-5b-2024-08-06 ', container: 'C1', gpu: 3 }).sample(sample);
  expect(await values()).toHaveProperty([
    'benchmark_samples_total{container_id=C1,gpu_id=3,model_name=org/CogVideoX-5b-2024-08-06,outcome=ok}',
  ]);
});

const limits: [string, BenchmarkOptions][] = [
  ['numbers', { models: 2, containers: 2, gpus: 2, promptCategories: 2 }],
  ['lists', { models: ['m0', 'm1'], containers: ['c0', 'c1'], gpus: ['0', '1'], promptCategories: ['p0', 'p1'] }],
];
test.each(limits)('replaces names beyond limits given as %s by _OTHER in that label only', async (_, options) => {
  const { recorder, families, rejected } = await start({ ...options, slo });
  for (let index = 0; index < 6; index++) {
    const running = recorder.begin({ model: `m${index % 3}`, container: 'c1', gpu: index % 3 });
    running.sample({ ...sample, promptCategory: `p${index}` });
  }
  const scraped = await families();
  const seen = (name: string, label: string) => [
    ...new Set(scraped.get(name)?.samples.map(({ labels }) => labels.get(label))),
  ];
  expect(seen('benchmark_samples_total', 'model_name')).toEqual(['m0', 'm1', '_OTHER']);
  expect(seen('benchmark_samples_total', 'container_id')).toEqual(['c1']);
  expect(seen('benchmark_samples_total', 'gpu_id')).toEqual(['0', '1', '_OTHER']);
  expect(seen('benchmark_samples_total', 'prompt_category')).toEqual(['p0', 'p1', '_OTHER']);
  expect(seen('benchmark_throughput_per_second', 'model_name')).toEqual(['m0', 'm1', '_OTHER']);
  // The pack replaces the names itself, so the engine rejects nothing, also not at further scrapes.
  await families();
  expect(rejected()).toEqual({});
});

test('admits an explicit _OTHER without counting it against a limit', async () => {
  const { recorder, families, rejected } = await start({ models: 2, containers: 2, gpus: 2, promptCategories: 2 });
  for (const name of ['_OTHER', ' _OTHER ', 'n0', 'n1', 'n2']) {
    recorder.begin({ model: name, container: name, gpu: name }).sample({ ...sample, promptCategory: name });
  }
  const scraped = await families();
  const seen = (name: string, label: string) => [
    ...new Set(scraped.get(name)?.samples.map(({ labels }) => labels.get(label))),
  ];
  for (const label of ['model_name', 'container_id', 'gpu_id']) {
    for (const name of ['benchmark_samples_total', 'benchmark_throughput_per_second']) {
      expect(seen(name, label)).toEqual(['_OTHER', 'n0', 'n1']);
    }
  }
  expect(seen('benchmark_samples_total', 'prompt_category')).toEqual(['_OTHER', 'n0', 'n1']);
  expect(rejected()).toEqual({});
});
