/** Flood of made-up names for the agent pack, shared by the fast and the slow test. */
import { expect } from 'vitest';
import { start } from './agent-platform.js';

/** Records events with `names` made-up names in all; expects series within the limits and exact sums. */
export async function floodAgents(names: number): Promise<void> {
  const { recorder, families, rejected } = await start();
  const times = names / 5;
  for (let index = 0; index < times; index++) {
    const name = `made-up-${index}`;
    recorder.agentCall({ agent: name, operation: name, latencyMs: 1, ok: true, quality: 50, costUsd: 1 });
    recorder.agentSwitch({ from: name, to: name });
    recorder.cacheLookup({ layer: name, hit: true, latencyMs: 1 });
    recorder.cacheSize({ layer: name, megabytes: 1 });
    recorder.externalCall({ service: name, latencyMs: 1, errorType: name });
  }
  const scraped = await families();
  const series = (name: string) => scraped.get(name)?.samples.length ?? 0;
  const sum = (name: string) => scraped.get(name)?.samples.reduce((all, { value }) => all + value, 0);
  expect([...scraped.values()].reduce((all, { samples }) => all + samples.length, 0)).toBeLessThan(850);
  expect(series('agent_usage_total')).toBe(21);
  expect(series('agent_quality_score')).toBe(21);
  expect(series('agent_success_rate_percent')).toBe(21);
  expect(series('agent_switch_total')).toBe(21);
  expect(series('cache_hit_rate_percent')).toBe(11);
  expect(sum('agent_usage_total')).toBe(times);
  expect(sum('api_cost_usd_total')).toBe(times);
  expect(sum('cache_lookups_total')).toBe(times);
  expect(sum('external_api_errors_total')).toBe(times);
  expect(scraped.get('agent_quality_score')?.samples.map(({ labels }) => labels.get('agent'))).toContain('_OTHER');
  // A further scrape rejects nothing: computed series use the recorded names, and `_OTHER` is always admitted.
  const before = rejected();
  await families();
  expect(rejected()).toEqual(before);
}
