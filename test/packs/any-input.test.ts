/** Whatever a verb is given: it does not throw, what is refused is counted, and what is scraped agrees with itself. */
import fc from 'fast-check';
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { gateway } from 'otelier/packs/gateway';
import { genai } from 'otelier/packs/genai';
import { http } from 'otelier/packs/http';
import { inference } from 'otelier/packs/inference';
import { vision } from 'otelier/packs/vision';
import { expect, test } from 'vitest';
import { type PackName, startEveryPack } from './every-pack.js';
import {
  anyValue,
  argumentLike,
  build,
  hostile,
  primitives,
  renamings,
  type Shape,
  unreadable,
} from './hostile-values.js';
import { type Sample, Scrape } from './scrape-model.js';
import { type Verb, verbs } from './verbs.js';

const isShape = (valid: unknown): valid is Shape => typeof valid === 'object';
const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const every = Object.entries(verbs).flatMap(([pack, list]) => list.map((verb) => ({ pack, ...verb })));

test.each(every)(
  '$pack: $name never throws, and counts an event that is not an object',
  async ({ pack, name, call, valid }) => {
    const { metrics, scrape, rejected } = await startEveryPack(pack as PackName);
    // `gateway` counts detailed events in its own metric; `genai` and `http` have their own tests.
    const isOther = ['genai', 'http'].includes(pack) || (pack === 'gateway' && name === 'audit');
    const isEvent = (index: number) => isShape(valid[index]) && !isOther;
    for (let index = 0; index < Math.max(1, valid.length); index++) {
      for (const [what, value] of hostile) {
        const before = { ...rejected() };
        const args = valid.map((argument, position) => (position === index ? value : argument));
        expect(() => call(metrics, ...((valid.length === 0 ? [value] : args) as never[])), what).not.toThrow();
        if (!isEvent(index) || ![...unreadable, ...primitives].some(([, each]) => Object.is(each, value))) continue;
        // The whole event is dropped, and counted once.
        expect([what, rejected()]).toEqual([
          what,
          { ...before, event_unreadable: (before['event_unreadable'] ?? 0) + 1 },
        ]);
      }
    }
    expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
    expect(await scrape()).not.toContain('hostile');
  },
);

/** Calls of verbs, each with arguments that are valid, hostile or both. */
function stepsOf(list: readonly Verb[]) {
  const steps = list.map(({ name, valid }) =>
    fc.record({
      name: fc.constant(name),
      plans: fc.tuple(...(valid.length === 0 ? [anyValue] : valid.map((each) => argumentLike(each)))),
    }),
  );
  return fc.array(fc.oneof(...steps), { maxLength: 60, size: 'max' });
}

/** Expects the scrape of a pack to agree with itself, one second after all events. */
type Agreement = (scrape: Scrape, given: { readonly audits: number }) => void;

const outcomeOf = (label: string) => (value: string) => (sample: Sample) => sample.labels.get(label) === value;
const outcome = outcomeOf('outcome');
const result = outcomeOf('result');

const agreements: { readonly [P in keyof typeof verbs]: Agreement } = {
  agents: (scrape) => {
    const shares = [
      ['task_success_rate_percent', 'task_outcomes_total', [], outcome('ok'), outcome('failed')],
      ['agent_success_rate_percent', 'agent_outcomes_total', ['agent'], outcome('ok'), outcome('failed')],
      ['cache_hit_rate_percent', 'cache_lookups_total', ['cache_layer'], result('hit'), result('miss')],
      ['embedding_cache_hit_rate_percent', 'embedding_lookups_total', [], result('hit'), result('miss')],
    ] as const;
    for (const [gauge, counter, by, having, lacking] of shares) {
      scrape.expectShare(gauge, counter, by, having, lacking, 100);
    }
    scrape.expectZero('active_tasks_count');
    expect(scrape.sum('external_api_errors_total')).toBeLessThanOrEqual(scrape.sum('external_api_calls_total'));
  },
  gateway: (scrape, { audits }) => {
    scrape.expectZero('gateway_active_requests', 'gateway_audit_buffer_used');
    expect(scrape.sum('gateway_audit_events_total')).toBe(audits);
    expect(scrape.sum('gateway_audit_events_total', outcome('accepted'))).toBe(
      scrape.sum('gateway_audit_drained_total'),
    );
    expect(scrape.sum('gateway_audited_requests_total')).toBe(scrape.sum('gateway_audit_drained_total'));
    expect(scrape.sum('gateway_request_failures_total')).toBeLessThanOrEqual(scrape.sum('gateway_requests_total'));
    expect(scrape.sum('gateway_audited_cache_hits_total')).toBeLessThanOrEqual(
      scrape.sum('gateway_audited_requests_total'),
    );
  },
  inference: (scrape) => {
    scrape.expectZero('requests_in_flight');
    const requests = scrape.sum('request_count_total');
    expect(scrape.sum('request_latency_seconds_count')).toBe(requests);
    expect(scrape.sum('request_errors_total')).toBeLessThanOrEqual(requests);
    scrape.expectRate('overall_throughput_qps', 'request_count_total', [], 1);
    scrape.expectRate('worker_throughput_qps', 'worker_request_count_total', ['worker_id', 'worker_type'], 1);
    for (const [gauge, type] of [
      ['inference_throughput_qps', 'model'],
      ['tokenizer_throughput_qps', 'tokenizer'],
    ] as const) {
      const done = scrape.sum('worker_request_count_total', outcomeOf('worker_type')(type));
      // Counts near 2^53 are added in different orders.
      expect(Math.abs(scrape.sum(gauge) - done)).toBeLessThanOrEqual(1e-6 + done * 1e-12);
    }
  },
  benchmark: (scrape) => {
    scrape.expectZero('benchmark_active_runs', 'queue_depth', 'queue_in_flight');
    const target = ['model_name', 'container_id', 'gpu_id'];
    // The window of rates is at least a twentieth of five minutes.
    scrape.expectRate('benchmark_throughput_per_second', 'benchmark_samples_total', target, 15, outcome('ok'));
    scrape.expectShare('api_error_ratio', 'api_calls_total', target, outcome('failed'), outcome('ok'), 1);
    expect(scrape.sum('benchmark_samples_within_slo_total')).toBeLessThanOrEqual(
      scrape.sum('benchmark_samples_total', outcome('ok')),
    );
  },
  vision: (scrape) => scrape.expectRate('vision_fps', 'vision_frames_total', ['camera'], 1),
  genai: (scrape) => scrape.expectZero('gen_ai_client_active_streams'),
  // A route of a request that is not in progress is not recorded.
  http: (scrape) => scrape.expectZero('http_server_request_duration_seconds_count'),
};

const limitsOf = {
  agents: agent().catalogue,
  gateway: gateway().catalogue,
  inference: inference().catalogue,
  benchmark: benchmark({ slo: { latencySeconds: 1 } }).catalogue,
  vision: vision().catalogue,
  genai: genai({ conventions: 'both', prices: 'none', environment: {} }).catalogue,
  http: http().catalogue,
};

test.each(Object.keys(verbs) as (keyof typeof verbs)[])(
  'pack %s: any sequence of calls leaves counters, windows and gauges in agreement',
  { timeout: 120_000 },
  async (pack) => {
    const list: readonly Verb[] = verbs[pack];
    await fc.assert(
      fc.asyncProperty(stepsOf(list), async (steps) => {
        const { clock, metrics, scrape, rejected, stop } = await startEveryPack(pack);
        const byName = new Map(list.map(({ name, call }) => [name, call]));
        for (const { name, plans } of steps) byName.get(name)?.(metrics, ...(plans.map(build) as never[]));
        clock.advance(1_000);
        const seen = new Scrape(await scrape());
        seen.expectRanges();
        seen.expectLimits(limitsOf[pack].metrics);
        agreements[pack](seen, { audits: steps.filter(({ name }) => name === 'audit').length });
        // A scrape refuses nothing: what is computed from valid values is valid.
        const refused = rejected();
        await scrape();
        expect(rejected()).toEqual(refused);
        // Nothing else is lost: each verb still records.
        for (const { call, valid } of list) call(metrics, ...(valid as never[]));
        const later = new Scrape(await scrape());
        if (pack !== 'http') expect(later.total()).toBeGreaterThan(seen.total());
        expect(sumOf(rejected()) - sumOf(refused)).toBeLessThanOrEqual(list.length * 4);
        await stop();
      }),
      { numRuns: 30 },
    );
  },
);

// Names of pack `http` come from requests; its own tests flood them.
const named = (Object.keys(verbs) as (keyof typeof verbs)[]).filter((pack) => pack !== 'http');

test.each(named)('pack %s: a flood of names stays within the declared limits', async (pack) => {
  const { metrics, scrape } = await startEveryPack(pack);
  for (const { call, valid } of verbs[pack] as readonly Verb[]) {
    valid.forEach((argument, position) => {
      for (const renamed of renamings(argument)) {
        for (let number = 0; number < 300; number++) {
          call(metrics, ...(valid.with(position, renamed(`name-${number}`) as Shape) as never[]));
        }
      }
    });
  }
  new Scrape(await scrape()).expectLimits(limitsOf[pack].metrics);
});
