/** Tests detailed events: offering does not block, memory is bounded, and every event is counted once. */
import fc from 'fast-check';
import type { AuditEvent } from 'otelier/packs/gateway';
import { describe, expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { event, start } from './gateway-under-test.js';

test('records tokens, cost, caching and durations by application, provider and model', async () => {
  const { recorder, values } = start();
  const full = {
    ...event,
    latencyMs: 1_200,
    firstByteMs: 300,
    proxyMs: 2,
    inputTokens: 100,
    outputTokens: 50,
    totalTokens: 170,
    costUsd: 0.25,
    cacheHit: true,
    streaming: true,
    session: 's1',
    user: 'u1',
  };
  recorder.audit(full);
  // A later change of the object has no effect: the event was copied.
  Object.assign(full, { model: 'other', inputTokens: 1e9 });
  recorder.audit({
    provider: 'openai',
    model: ' gpt-4o ',
    application: 'Chat',
    user: 'u2',
    session: 's1',
  });
  recorder.audit({ ...event, errorCode: 503, totalTokens: 7 });
  recorder.audit({ provider: 'openai' });
  expect(await values()).toMatchObject({
    'audited.requests/chat/openai/gpt-4o': 3,
    'audited.requests/unknown/openai/unknown': 1,
    'audited.errors/openai/gpt-4o/503': 1,
    'audited.cache_hits/chat/openai/gpt-4o': 1,
    'tokens/chat/openai/gpt-4o/input': 100,
    'tokens/chat/openai/gpt-4o/output': 50,
    'tokens/chat/openai/gpt-4o/other': 27,
    'cost_usd/chat/openai/gpt-4o': 0.25,
    'model.duration/openai/gpt-4o': { count: 1, sum: 1.2 },
    'model.time_to_first_byte/openai/gpt-4o': { count: 1, sum: 0.3 },
    'overhead.duration/openai': { count: 1, sum: 0.002 },
    users: 2,
    sessions: 1,
    // One of the four events states each.
    'streaming.ratio': 1,
    'cache.hit_ratio': 1,
    'audit.events/accepted': 4,
    'audit.drained': 4,
    'audit.buffer.used': 0,
    'audit.buffer.limit': 8_192,
    'audit.sampling.ratio': 1,
    'audit.enabled': 1,
  });
});

test.each([
  ['no event', [], undefined],
  ['events that state nothing', [undefined, undefined], undefined],
  ['a true event among others that state nothing', [undefined, true, undefined], 1],
  ['a false event among others that state nothing', [undefined, false], 0],
  ['events that state both', [true, false, undefined, true, true], 0.75],
  ['an invalid flag, which states nothing', ['yes', true], 1],
])('computes the ratios of %s', async (_, flags, ratio) => {
  const { recorder, values } = start();
  for (const flag of flags) recorder.audit({ ...event, cacheHit: flag, streaming: flag } as AuditEvent);
  const seen = await values();
  expect([seen['cache.hit_ratio'], seen['streaming.ratio']]).toEqual([ratio, ratio]);
});

test('counts every event that a flood of ten times the buffer loses', async () => {
  const { recorder, outcomes, values } = start({ auditCapacity: 512, auditEventsPerSecond: Number.POSITIVE_INFINITY });
  const events: unknown[] = [];
  recorder.onEvents((batch) => events.push(...batch));
  for (let offered = 0; offered < 5_120; offered++) recorder.audit({ ...event, inputTokens: offered });
  expect(await outcomes()).toEqual({
    accepted: 512,
    overflowed: 4_608,
    sampledOut: 0,
    switchedOff: 0,
    rejected: 0,
    drained: 512,
    enabled: 1,
  });
  // The oldest events in order: accepted events are not overwritten.
  expect(events.map((each) => (each as AuditEvent).inputTokens)).toEqual(Array.from({ length: 512 }, (_, id) => id));
  recorder.audit(event);
  expect(await values()).toMatchObject({ 'audit.events/accepted': 513, 'audit.drained': 513 });
});

test('samples events above the rate limit and keeps sums right', async () => {
  const { clock, recorder, outcomes, values } = start({ auditEventsPerSecond: 100 });
  const offer = (events: number) => {
    for (let offered = 0; offered < events; offered++) recorder.audit({ ...event, inputTokens: 10, costUsd: 1 });
  };
  offer(2_000);
  clock.advance(1_000);
  await values();
  const before = await outcomes();
  expect(before.accepted + before.sampledOut).toBe(2_000);
  // The stride grows during a burst.
  expect(before.accepted).toBeGreaterThanOrEqual(100);
  expect(before.accepted).toBeLessThan(500);
  expect(await values()).toMatchObject({ 'audit.sampling.ratio': 1 / 20 });

  offer(2_000);
  const after = await outcomes();
  expect(after.accepted + after.sampledOut).toBe(4_000);
  // From here on, blocks have at least 20 events.
  expect(after.accepted - before.accepted).toBeLessThanOrEqual(102);
  const seen = await values();
  // At most one block at each change of the rate is incomplete.
  expect(Math.abs((seen['audited.requests/chat/openai/gpt-4o'] as number) - 4_000)).toBeLessThanOrEqual(80);
  expect(seen['cost_usd/chat/openai/gpt-4o']).toBe(seen['audited.requests/chat/openai/gpt-4o']);

  clock.advance(3_000);
  expect(await values()).toMatchObject({ 'audit.sampling.ratio': 1 });
  const calm = await outcomes();
  offer(50);
  expect((await outcomes()).accepted - calm.accepted).toBe(50);
});

test('counts every event once and evaluates every accepted event in any order of operations', async () => {
  const step = fc.oneof(
    fc.record({ offer: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ advance: fc.integer({ min: 1, max: 6_000 }) }),
    fc.constant('turn' as const),
    fc.constant('collect' as const),
    fc.constant('start to collect' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 500 }), async (steps, perSecond) => {
      const { clock, recorder, outcomes, values } = start({ auditCapacity: 300, auditEventsPerSecond: perSecond });
      let offered = 0;
      let delivered = 0;
      recorder.onEvents((events) => {
        delivered += events.length;
      });
      const started: Promise<unknown>[] = [];
      for (const each of steps) {
        if (each === 'turn') await new Promise((resolve) => setImmediate(resolve));
        else if (each === 'collect') await values();
        else if (each === 'start to collect') started.push(values());
        else if ('advance' in each) clock.advance(each.advance);
        else {
          offered += each.offer;
          for (let index = 0; index < each.offer; index++) recorder.audit(event);
        }
      }
      await Promise.all(started);
      await recorder.flush();
      const { enabled, drained, ...seen } = await outcomes();
      expect(Object.values(seen).reduce((sum, count) => sum + count, 0)).toBe(offered);
      expect([drained, delivered]).toEqual([seen.accepted, seen.accepted]);
      expect([0, 1]).toContain(enabled);
    }),
    { numRuns: 40 },
  );
});

test('evaluates all accepted events before the process exits by itself', async () => {
  const source = `
    import { startMetrics } from 'otelier';
    import { gateway } from 'otelier/packs/gateway';
    const metrics = startMetrics({ packs: { gateway: gateway() } });
    let seen = 0;
    metrics.gateway.onEvents((events) => { seen += events.length; });
    process.on('exit', () => console.log(seen));
    for (let offered = 0; offered < 2000; offered++) metrics.gateway.audit({ provider: 'openai' });`;
  for (const exporter of ['none', 'console']) {
    const { code, stdout } = await startApp(source, { OTEL_METRICS_EXPORTER: exporter }).end;
    expect({ code, seen: stdout.trim().split('\n').at(-1) }).toEqual({ code: 0, seen: '2000' });
  }
});

describe('the circuit breaker', () => {
  const limits = { auditCapacity: 100, auditEventsPerSecond: Number.POSITIVE_INFINITY, auditLagMs: 5_000 };

  test('switches detail off after repeated overflows, and on afterwards', async () => {
    const { clock, recorder, outcomes, values } = start(limits);
    const flood = () => {
      for (let offered = 0; offered < 300; offered++) recorder.audit(event);
    };
    for (let second = 0; second < 3; second++) {
      flood();
      expect(await outcomes()).toMatchObject({ enabled: 1 });
      clock.advance(1_000);
    }
    flood();
    expect(await outcomes()).toEqual({
      accepted: 300,
      overflowed: 600,
      sampledOut: 0,
      switchedOff: 300,
      rejected: 0,
      drained: 300,
      enabled: 0,
    });
    expect(await values()).toMatchObject({ 'audit.switches/off': 1 });

    // The cool-down is over, but the flood continues.
    for (let second = 0; second < 11; second++) {
      clock.advance(1_000);
      flood();
    }
    expect(await outcomes()).toMatchObject({ enabled: 0, switchedOff: 3_600 });

    clock.advance(1_000);
    await values();
    clock.advance(1_000);
    expect(await values()).toMatchObject({ 'audit.enabled': 1, 'audit.switches/off': 1, 'audit.switches/on': 1 });
    recorder.audit(event);
    expect(await outcomes()).toMatchObject({ accepted: 301, drained: 301 });
  });

  test('stays on if overflows are not in consecutive seconds', async () => {
    const { clock, recorder, outcomes } = start(limits);
    for (let second = 0; second < 10; second++) {
      for (let offered = 0; offered < 200; offered++) recorder.audit(event);
      expect(await outcomes()).toMatchObject({ enabled: 1 });
      clock.advance(2_000);
    }
    expect(await outcomes()).toMatchObject({ enabled: 1, overflowed: 1_000 });
  });

  test('switches detail off when the oldest event is too old, and on after the cool-down', async () => {
    const { clock, recorder, values, outcomes } = start(limits);
    recorder.audit(event);
    // The event loop does not turn in between, so that the event stays in the buffer.
    clock.advance(5_001);
    recorder.audit(event);
    expect(await outcomes()).toMatchObject({ accepted: 1, switchedOff: 1, drained: 1, enabled: 0 });
    clock.advance(9_999);
    expect(await values()).toMatchObject({ 'audit.enabled': 0 });
    clock.advance(1);
    expect(await values()).toMatchObject({ 'audit.enabled': 1, 'audit.switches/on': 1 });
  });
});

test('delivers every kept event to listeners, also if another listener fails', async () => {
  const { clock, recorder, values } = start();
  const seen: unknown[] = [];
  recorder.onEvents(() => {
    throw new Error('the store is full');
  });
  recorder.onEvents(() => Promise.reject(new Error('the store is unreachable')));
  const stop = recorder.onEvents((events) => seen.push(...events));
  recorder.audit({ ...event, user: 'u', cacheHit: false, errorCode: 500, costUsd: 1 });
  await values();
  expect(seen).toEqual([
    { ...event, user: 'u', cacheHit: false, errorCode: '500', costUsd: 1, timeUnixMs: clock.nowUnixMs(), weight: 1 },
  ]);
  stop();
  recorder.audit(event);
  await values();
  expect(seen).toHaveLength(1);
  expect(await values()).toMatchObject({ 'audit.listener.errors': 4 });
});

test('evaluates events in slices in later turns of the event loop', async () => {
  const { recorder } = start({ auditEventsPerSecond: Number.POSITIVE_INFINITY });
  const sizes: number[] = [];
  let evaluated: () => void;
  const all = new Promise<void>((resolve) => {
    evaluated = resolve;
  });
  recorder.onEvents((events) => {
    sizes.push(events.length);
    if (sizes.reduce((sum, size) => sum + size, 0) === 1_000) evaluated();
  });
  for (let offered = 0; offered < 1_000; offered++) recorder.audit(event);
  expect(sizes).toEqual([]);
  await all;
  expect(sizes).toEqual([256, 256, 256, 232]);
});
