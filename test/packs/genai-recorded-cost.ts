/** The recorded cost of the only operation of a test. */
import { expect, vi } from 'vitest';

/** Returns the cost in US dollars; `unknown:REASON` without a price. Waits until prices are loaded. */
export async function recordedCost(values: () => Promise<Record<string, unknown>>) {
  const find = async (name: string) => Object.entries(await values()).find(([each]) => each.startsWith(name));
  const [name = '', usd] = await vi.waitFor(async () => {
    const found = (await find('cost_usd_total')) ?? (await find('cost_unknown_total'));
    expect(found).toBeDefined();
    return found as [string, number];
  });
  if (name.startsWith('cost_unknown')) return `unknown:${name.split('/').at(-1)}`;
  const [, sum] = (await find('operation_cost_usd_sum')) ?? [];
  expect(sum).toBe(usd);
  return usd;
}
