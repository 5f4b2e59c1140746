/** Tests recording through pack `gateway`, its limits on names, its options and its handling of invalid input. */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { gateway } from 'otelier/packs/gateway';
import { promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { FakeClock } from '../support/clock.js';
import { startApp } from '../support/program.js';
import { stockReader } from '../support/stock.js';
import { expectBoundedModels } from './gateway-flood.js';
import { closing, event, start } from './gateway-under-test.js';

test('records a request in five metrics with one call', async () => {
  const { recorder, values } = start();
  const openai = recorder.provider('openai');
  openai.record({ bytesIn: 100, bytesOut: 2_000, latencyMs: 4, ok: true });
  openai.record({ bytesIn: 50, bytesOut: 10, latencyMs: 40_000, ok: false });
  expect(await values()).toMatchObject({
    'requests/openai': 2,
    'request.failures/openai': 1,
    'received/openai': 150,
    'sent/openai': 2_010,
    'request.duration/openai': { count: 2, sum: 40.004 },
  });
});

test('puts durations into 16 buckets, the powers of two from 1 ms to 32 s, and an overflow bucket', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    readers: [reader],
    packs: { gateway: gateway() },
  });
  closing.push(metrics.shutdown);
  const openai = metrics.gateway.provider('openai');
  for (let power = 0; power <= 15; power++) {
    openai.record({ bytesIn: 0, bytesOut: 0, latencyMs: 2 ** power, ok: true });
  }
  openai.record({ bytesIn: 0, bytesOut: 0, latencyMs: 32_768.001, ok: true });
  const { buckets } = (await collect()).find(({ name }) => name === 'gateway.request.duration')?.value ?? {};
  expect(buckets.boundaries).toEqual([
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384, 32.768,
  ]);
  // Upper bounds are inclusive.
  expect(buckets.counts).toEqual(new Array(17).fill(1));
});

test('counts a request in progress as active and times it by the clock', async () => {
  const { clock, recorder, values } = start();
  const openai = recorder.provider('OpenAI ');
  expect(openai).toBe(recorder.provider('openai'));
  const request = openai.begin();
  expect(await values()).toMatchObject({ 'active_requests/openai': 1 });
  clock.advance(200);
  request.firstByte();
  clock.advance(900);
  request.firstByte();
  const outcome = { bytesIn: 10, bytesOut: 500, outputTokens: 10, streaming: true };
  expect(request.end(outcome)).toEqual({ latencyMs: 1_100, firstByteMs: 200 });
  clock.advance(50);
  expect(request.end(outcome)).toEqual({ latencyMs: 1_100, firstByteMs: 200 });
  openai.begin().end({ errorCode: 429 });
  expect(await values()).toMatchObject({
    'active_requests/openai': 0,
    'requests/openai': 2,
    'request.failures/openai': 1,
    'sent/openai': 500,
    'request.streamed/openai': 1,
    'time_to_first_byte/openai': { count: 1, sum: 0.2 },
    'time_per_output_token/openai': { count: 1, sum: 0.1 },
    'errors/openai/429': 1,
    'rate_limits/openai': 1,
  });
});

test('records 50,000 invented models in one series', () => expectBoundedModels(50_000));

test('truncates long texts and releases the rest', async () => {
  const { recorder, values } = start();
  const sessions: unknown[] = [];
  recorder.onEvents((events) => sessions.push(...events.map(({ session }) => session)));
  const before = heapUsed();
  for (let id = 0; id < 200; id++) {
    recorder.audit({
      ...event,
      session: `${id}${Buffer.alloc(200_000, 'x')}`,
      model: `${id}${Buffer.alloc(200_000, 'm')}`,
    });
  }
  expect(heapUsed() - before).toBeLessThan(8 * 2 ** 20);
  expect(Object.keys(await values())).toContain('audited.requests/chat/openai/_OTHER');
  expect(sessions).toEqual(Array.from({ length: 200 }, (_, id) => `${id}${'x'.repeat(256)}`.slice(0, 256)));
});

test('limits providers, applications and error codes', async () => {
  const { recorder, values } = start({ providers: 3, applications: ['chat', 'search'], models: ['gpt-4o'] });
  for (let id = 0; id < 1_000; id++) {
    recorder.provider(`provider-${id}`).record({ bytesIn: 1, bytesOut: 1, latencyMs: 1, ok: true });
    recorder.provider('provider-0').error(`code-${id}`);
    recorder.provider('provider-0').fallback(`provider-${id}`);
    recorder.audit({
      provider: `provider-${id}`,
      model: `model-${id}`,
      application: id % 2 === 0 ? 'chat' : `a-${id}`,
    });
  }
  const seen = await values();
  const count = (prefix: string) => Object.keys(seen).filter((name) => name.startsWith(prefix)).length;
  expect(count('requests/')).toBe(4);
  expect(seen['requests/_OTHER']).toBe(997);
  expect(count('errors/')).toBe(51);
  expect(count('fallbacks/')).toBe(4);
  expect(count('audited.requests/')).toBe(5);
  expect(recorder.provider('provider-77')).toBe(recorder.provider('provider-78'));
});

test('counts invalid input and never throws', async () => {
  const { recorder, values, outcomes, rejected } = start();
  const unreadable = {
    get provider(): string {
      throw new Error('unreadable');
    },
    get bytesIn(): number {
      throw new Error('unreadable');
    },
  };
  const inputs = [undefined, null, 5, 'x', unreadable, Symbol('s'), 5n] as never[];
  const openai = recorder.provider('openai');
  for (const input of inputs) {
    recorder.provider(input).record(input);
    recorder.audit(input);
    openai.error(input);
    openai.fallback(input);
    openai.firstByte(input);
    openai.outputTokens(input, input);
    openai.begin().end(input);
  }
  for (const invalid of [Number.NaN, -1, Number.POSITIVE_INFINITY, '5', 5n]) {
    openai.record({ bytesIn: invalid, bytesOut: invalid, latencyMs: invalid, ok: invalid } as never);
    recorder.audit({ ...event, latencyMs: invalid, streaming: 'yes', model: 5, errorCode: Number.NaN } as never);
  }
  const seen = await values();
  expect(await outcomes()).toMatchObject({ accepted: 5, rejected: 7 });
  // record with each input, and end with each but undefined.
  expect(rejected()).toEqual({ event_unreadable: 13 });
  expect(seen['invalid/event']).toBe(7 + 5 * 4);
  expect(seen['invalid/name']).toBe(6);
  expect(seen['invalid/record']).toBeGreaterThanOrEqual(5 * 4);
  expect(seen['active_requests/openai'] ?? 0).toBe(0);
  expect(seen['received/openai'] ?? 0).toBe(0);
  expect(seen['tokens/chat/openai/gpt-4o/input']).toBeUndefined();
});

test('counts a lookup or fallback without a result as invalid, not as a miss or a success', async () => {
  const { recorder, values } = start();
  const openai = recorder.provider('openai');
  for (const given of [undefined, null, 1, 'true'] as never[]) openai.cacheLookup(given);
  for (const given of [null, 1, 'true'] as never[]) openai.fallback('anthropic', given);
  const seen = await values();
  expect(Object.keys(seen).filter((name) => /^(?:cache.lookups|fallbacks)/.test(name))).toEqual([]);
  expect(seen['invalid/record']).toBe(7);
});

test.each([
  [
    { providers: 0 },
    'gateway.providers: got 0, expected a whole number from 1 to 1000, or a list of 1 to 1000 different names of at most 100 characters',
  ],
  [
    { models: ['a', 'a'] },
    'gateway.models: got ["a","a"], expected a whole number from 1 to 1000, or a list of 1 to 1000 different names',
  ],
  [{ models: ['a'.repeat(101)] }, 'or a list of 1 to 1000 different names of at most 100 characters'],
  [{ models: [] }, 'gateway.models'],
  [{ applications: 'chat' }, 'gateway.applications: got "chat"'],
  [{ windowMs: 0 }, 'gateway.windowMs: got 0, expected milliseconds above 0'],
  [{ auditCapacity: 15 }, 'gateway.auditCapacity: got 15, expected a whole number from 16 to 1048576'],
  [{ auditEventsPerSecond: 0 }, 'gateway.auditEventsPerSecond: got 0, expected a number from 1'],
  [{ auditLagMs: Number.NaN, auditCoolDownMs: -1 }, 'gateway.auditCoolDownMs: got -1'],
  [{ capacity: 1 }, 'gateway.capacity: expected a known option: auditCapacity, namespace, providers'],
])('rejects the options %j', (options, message) => {
  expect(() => gateway(options as never)).toThrow(message);
});

test('records without allocation', async () => {
  // In a process of its own: the counters of a coverage run change what V8 inlines.
  const program = `
    import { startMetrics } from 'otelier';
    import { mountedPrometheus } from 'otelier/backends/prometheus';
    import { gateway } from 'otelier/packs/gateway';
    const packs = { gateway: gateway() };
    const openai = startMetrics({ isolated: true, backends: [mountedPrometheus()], packs }).gateway.provider('openai');
    const sample = { bytesIn: 100, bytesOut: 2_000, latencyMs: 4.5, ok: true };
    const calls = 200_000;
    const record = () => {
      for (let call = 0; call < calls; call++) openai.record(sample);
    };
    const growth = Array.from({ length: 12 }, () => {
      gc();
      const before = process.memoryUsage().heapUsed;
      record();
      return process.memoryUsage().heapUsed - before;
    });
    console.log(Math.min(...growth.filter((bytes) => bytes >= 0)) / calls);`;
  const { stdout, stderr } = await startApp(program, {}, ['--expose-gc']).end;
  expect(stderr).toBe('');
  // Bytes per call once the code is compiled; an allocated object would take at least 40.
  expect(Number(stdout)).toBeLessThan(1);
});

/** Returns a sample with its labels in alphabetical order, because the engine does not guarantee their order. */
function sortLabels(sample: string): string {
  return sample.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').toSorted().join()}}`);
}

test('exposes every metric of the pack in a scrape that passes promlint', async () => {
  const pack = gateway({ auditCapacity: 64, abandonedAfterMs: 5_000 });
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    packs: { gateway: pack },
    backends: [prometheus({ port: 0, withoutScopeLabels: true })],
    withoutSelfMetrics: true,
  });
  closing.push(metrics.shutdown);
  await metrics.ready;
  const { gateway: recorder } = metrics;
  const openai = recorder.provider('openai');
  const request = openai.begin();
  clock.advance(40);
  request.firstByte();
  clock.advance(60);
  request.end({ bytesIn: 10, bytesOut: 20, outputTokens: 3, streaming: true });
  openai.record({ bytesIn: 10, bytesOut: 20, latencyMs: 100, ok: false });
  const [active, lost] = [openai.begin(), openai.begin()];
  openai.error('rate_limit_exceeded');
  openai.fallback('anthropic');
  openai.cacheLookup(true);
  openai.cacheLookup(false);
  recorder.onEvents(() => {
    throw new Error('listener failed');
  });
  const detailed = { ...event, latencyMs: 100, firstByteMs: 40, proxyMs: 1, inputTokens: 5, costUsd: 0.5 };
  recorder.audit({ ...detailed, cacheHit: true, streaming: true, user: 'u', session: 's' });
  recorder.audit({ ...detailed, errorCode: 'timeout', latencyMs: -1 });
  clock.advance(5_001);
  recorder.audit(event);
  active.firstByte();

  const text = await (await fetch(metrics.status().backends[0]?.url as string)).text();
  const names = pack.catalogue.metrics.map(({ name }) => name.replaceAll('.', '_'));
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const missing = names.filter((name) => !samples.some((line) => line.startsWith(name)));
  expect(missing).toEqual([]);
  expect(names).toHaveLength(35);
  for (const line of [
    'gateway_requests_total{provider="openai"} 2',
    'gateway_request_failures_total{provider="openai"} 1',
    'gateway_received_bytes_total{provider="openai"} 20',
    'gateway_sent_bytes_total{provider="openai"} 40',
    'gateway_request_duration_seconds_bucket{provider="openai",le="0.128"} 2',
    'gateway_active_requests{provider="openai"} 1',
    'gateway_request_abandoned_total{provider="openai"} 1',
    'gateway_time_to_first_byte_seconds_sum{provider="openai"} 0.04',
    'gateway_time_per_output_token_seconds_sum{provider="openai"} 0.03',
    'gateway_cache_lookups_total{provider="openai",outcome="hit"} 1',
    'gateway_request_streamed_total{provider="openai"} 1',
    'gateway_errors_total{provider="openai",error_type="rate_limit_exceeded"} 1',
    'gateway_rate_limits_total{provider="openai"} 1',
    'gateway_fallbacks_total{provider="openai",fallback_provider="anthropic",outcome="succeeded"} 1',
    'gateway_audited_requests_total{application="chat",provider="openai",model="gpt-4o"} 2',
    'gateway_audited_errors_total{provider="openai",model="gpt-4o",error_type="timeout"} 1',
    'gateway_tokens_total{application="chat",provider="openai",model="gpt-4o",token_type="input"} 10',
    'gateway_cost_usd_total{application="chat",provider="openai",model="gpt-4o"} 1',
    'gateway_audited_cache_hits_total{application="chat",provider="openai",model="gpt-4o"} 1',
    'gateway_model_duration_seconds_count{provider="openai",model="gpt-4o"} 1',
    'gateway_model_time_to_first_byte_seconds_count{provider="openai",model="gpt-4o"} 2',
    'gateway_overhead_duration_seconds_bucket{provider="openai",le="0.001"} 2',
    'gateway_streaming_ratio 1',
    'gateway_cache_hit_ratio 1',
    'gateway_users 1',
    'gateway_sessions 1',
    'gateway_audit_events_total{outcome="accepted"} 2',
    'gateway_audit_events_total{outcome="switched_off"} 1',
    'gateway_audit_drained_total 2',
    'gateway_audit_buffer_used 0',
    'gateway_audit_buffer_limit 64',
    'gateway_audit_sampling_ratio 1',
    'gateway_audit_enabled 0',
    'gateway_audit_switches_total{to="off"} 1',
    'gateway_audit_listener_errors_total 1',
    'gateway_invalid_total{source="event"} 1',
  ]) {
    expect(samples.map(sortLabels)).toContain(sortLabels(line));
  }
  expect(promlint(text)).toEqual([]);
  lost.end();
});

test('prefixes every name with the namespace', () => {
  const { metrics } = gateway({ namespace: 'edge' }).catalogue;
  expect(metrics.every(({ name }) => name.startsWith('edge.gateway.'))).toBe(true);
});
