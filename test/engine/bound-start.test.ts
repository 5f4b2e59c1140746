/** Start times of the series of bound handles: no later than the first recording, no earlier than the handle. */
import { describe, expect, test } from 'vitest';
import type { EngineCounter, EngineGauge, EngineHistogram, EngineUpDownCounter } from '../../src/engine/instruments.js';
import { PlainReader, startEngine } from './provider.js';

const makers = ['createCounter', 'createUpDownCounter', 'createGauge', 'createHistogram'] as const;
type Instrument = EngineCounter | EngineUpDownCounter | EngineGauge | EngineHistogram;

describe.each(makers)('a bound handle of %s', (create) => {
  test.each([
    [0, false],
    [0, true],
    [2, false],
    [2, true],
  ])('that records after %i collections starts with its handle or later (delta: %s)', async (collections, delta) => {
    const reader = new PlainReader(delta ? 'delta' : 'cumulative');
    const { meter, clock } = startEngine({ readers: [reader] });
    meter.createCounter('other').add(1);
    const instrument = meter[create]('m') as Instrument;
    const record = (handle: ReturnType<Instrument['bind']>) => ('add' in handle ? handle.add(1) : handle.record(1));
    const startsOf = async () => {
      const points = (await reader.points()).filter(({ name }) => name === 'm');
      return points.map(({ time: [start] }) => start);
    };
    for (let count = 0; count < collections; count++) {
      await reader.points();
      clock.advance(1_000);
    }
    const boundAt = clock.nowUnixMs();
    const handle = instrument.bind({ id: 'a' });
    clock.advance(1_000);
    const recordedAt = clock.nowUnixMs();
    record(handle);
    clock.advance(1_000);
    const [start] = await startsOf();
    expect(start).toBeGreaterThanOrEqual(boundAt);
    expect(start).toBeLessThanOrEqual(recordedAt);
    record(handle);
    clock.advance(1_000);
    if (!delta) expect(await startsOf()).toEqual([start]);
  });
});
