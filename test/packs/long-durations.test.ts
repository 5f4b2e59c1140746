/** Tests that histograms of durations have buckets for the longest durations that an application expects. */
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { gateway } from 'otelier/packs/gateway';
import { genai } from 'otelier/packs/genai';
import { http } from 'otelier/packs/http';
import { inference } from 'otelier/packs/inference';
import { vision } from 'otelier/packs/vision';
import { describe, expect, test } from 'vitest';
import { start } from './genai-client.js';

type Options = { readonly maxExpectedSeconds?: number };
const packs = {
  agent: (options?: Options) => agent(options).catalogue,
  benchmark: (options?: Options) => benchmark(options).catalogue,
  gateway: (options?: Options) => gateway(options).catalogue,
  genai: (options?: Options) => genai({ conventions: 'both', ...options }).catalogue,
  http: (options?: Options) => http(options).catalogue,
  inference: (options?: Options) => inference(options).catalogue,
  vision: (options?: Options) => vision(options).catalogue,
};
const perSecond: Record<string, number> = { s: 1, ms: 1_000 };

describe.each(Object.entries(packs))('pack %s', (name, catalogueOf) => {
  const defaults = catalogueOf().metrics;

  test.each([0.001, 600, 86_400])('has buckets of durations up to %d seconds', (maxExpectedSeconds) => {
    const extended = catalogueOf({ maxExpectedSeconds }).metrics;
    expect(extended.map((metric) => metric.name)).toEqual(defaults.map((metric) => metric.name));
    for (const [index, { buckets, unit, ...others }] of extended.entries()) {
      const { buckets: before, unit: unitBefore, ...othersBefore } = defaults[index] as (typeof defaults)[number];
      const maximum = maxExpectedSeconds * (perSecond[unit] ?? 0);
      expect([others, unit, buckets?.slice(0, before?.length)]).toEqual([othersBefore, unitBefore, before]);
      if (buckets === undefined || before === undefined) continue;
      // The boundaries end with the first that reaches the maximum.
      expect(buckets.at(-1)).toBeGreaterThanOrEqual(maximum);
      if (buckets.length > before.length) expect(buckets.at(-2)).toBeLessThan(maximum);
      for (let added = before.length; added < buckets.length; added++) {
        expect(buckets[added]).toBe(2 * (buckets[added - 1] as number));
      }
    }
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 604_801, '600', null])('refuses %s', (value) => {
    expect(() => catalogueOf({ maxExpectedSeconds: value as number })).toThrow(
      new RegExp(`${name}\\.maxExpectedSeconds: got .*, expected seconds above 0`),
    );
  });
});

test.each([
  ['inference', 'request_latency_seconds'],
  ['inference', 'inference_latency_seconds'],
  ['inference', 'queue_wait_latency_seconds'],
  ['inference', 'tokenizer_queue_wait_latency_seconds'],
  ['inference', 'model_queue_wait_latency_seconds'],
  ['gateway', 'gateway.model.duration'],
  ['benchmark', 'benchmark.latency'],
  ['benchmark', 'benchmark.time_to_first_output'],
  ['benchmark', 'api.response_time'],
] as const)('without the option, pack %s has buckets of %s up to ten minutes', (pack, metric) => {
  const { buckets } = packs[pack]().metrics.find(({ name }) => name === metric) ?? {};
  expect(buckets?.at(-1)).toBeGreaterThanOrEqual(600);
});

test('separates an answer that is streamed for ten minutes from shorter ones', async () => {
  const { recorder, families } = await start({ conventions: 'latest', maxExpectedSeconds: 600 });
  for (const durationSeconds of [90, 590]) recorder.operation({ provider: 'a', durationSeconds });
  const { samples = [] } = (await families()).get('gen_ai_client_inference_duration_seconds') ?? {};
  const buckets = samples
    .filter(({ labels }) => labels.has('le'))
    .map(({ labels, value }) => [labels.get('le'), value]);
  expect(buckets.slice(-5)).toEqual([
    ['81.92', 0],
    ['163.84', 1],
    ['327.68', 1],
    ['655.36', 2],
    ['+Inf', 2],
  ]);
});
