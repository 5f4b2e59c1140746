/** Concurrent scrapes share a body, whose memory is reused when the last of them has released it. */
import { MeterProvider } from 'otelier/engine';
import { expect, test } from 'vitest';
import { ScrapeReader } from '../../../src/backends/prometheus/reader.js';
import { openAccount } from '../../../src/delivery/account.js';
import { systemClock } from '../../../src/model/clock.js';
import { createExposition } from '../../formats/prometheus/encoding.js';

test.each([
  ['first', 0],
  ['second', 1],
])('a body is unchanged when the %s of two scrapes releases it', async (_, releasing) => {
  const account = openAccount({ name: 'test', clock: systemClock, where: () => '', warn() {}, onDelivery() {} });
  const reader = new ScrapeReader(systemClock, account, 10_000, true, async () => {});
  const gauge = new MeterProvider({ readers: [reader] }).getMeter('test').createGauge('m');
  const scrape = () => reader.scrape('text', 10_000, () => createExposition('text'));
  const record = (value: number) => {
    for (let id = 0; id < 250; id++) gauge.record(value, { key: `${'x'.repeat(330)}${id}` });
  };
  record(1);
  const scrapes = await Promise.all([scrape(), scrape()]);
  const [one, other] = scrapes.map(({ body }) => body.all);
  const before = Buffer.concat(one ?? []);
  expect(other).toBe(one);
  scrapes[releasing]?.release();
  record(2);
  const next = await scrape();
  expect(Buffer.concat(one ?? []).equals(before)).toBe(true);
  expect(Buffer.concat(next.body.all).equals(before)).toBe(false);
  scrapes[1 - releasing]?.release();
  next.release();
  record(1);
  expect(Buffer.concat((await scrape()).body.all).equals(before)).toBe(true);
});
