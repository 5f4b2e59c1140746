/** Starts pack `gateway` on a fake clock. */
import { startMetrics } from 'otelier';
import { type AuditEvent, type GatewayOptions, gateway } from 'otelier/packs/gateway';
import { afterEach } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { stockReader } from '../support/stock.js';

export const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Starts the pack. `values` collects, which evaluates the buffered events. */
export function start(options: GatewayOptions = {}) {
  const clock = new FakeClock();
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    readers: [reader],
    packs: { gateway: gateway(options) },
  });
  closing.push(metrics.shutdown);
  const values = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await collect()).map(({ name, attributes, value }) => {
        const labels = Object.values(attributes).join('/');
        const seen = typeof value === 'number' ? value : { count: value.count, sum: Number(value.sum.toFixed(9)) };
        const short = name.replace('gateway.', '');
        return [labels === '' ? short : `${short}/${labels}`, seen];
      }),
    );
  /** Collects and returns the number of events by outcome. */
  const outcomes = async () => {
    const seen = await values();
    const of = (outcome: string) => (seen[`audit.events/${outcome}`] as number | undefined) ?? 0;
    return {
      accepted: of('accepted'),
      overflowed: of('overflowed'),
      sampledOut: of('sampled_out'),
      switchedOff: of('switched_off'),
      rejected: of('rejected'),
      drained: (seen['audit.drained'] as number | undefined) ?? 0,
      enabled: seen['audit.enabled'],
    };
  };
  /** Returns the counts of rejected measurements, without zeros. */
  const rejected = () =>
    Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, rejections]) => rejections > 0));
  return { clock, recorder: metrics.gateway, values, outcomes, rejected };
}

export const event: AuditEvent = { provider: 'openai', model: 'gpt-4o', application: 'chat' };
