/** Limits of the names of the agent pack. */
import { expect, test } from 'vitest';
import { agentLimit, layerLimit } from '../../src/packs/agent/metrics.js';
import { call, start } from './agent-platform.js';

test('the limit of agents and layers is exact, and _OTHER does not count against it', async () => {
  const { recorder, families, rejected } = await start();
  const agents = Array.from({ length: agentLimit }, (_, index) => `agent-${index}`);
  const layers = Array.from({ length: layerLimit }, (_, index) => `layer-${index}`);
  const record = (agent: string, layer: string) => {
    recorder.agentCall({ ...call, agent, quality: 50, costUsd: 1 });
    recorder.cacheLookup({ layer, hit: true, latencyMs: 1 });
  };
  // The explicit _OTHER comes first, so that it would take the slot of another name.
  record('_OTHER', '_OTHER');
  for (const [index, agent] of agents.entries()) record(agent, layers[index % layerLimit] ?? '');
  const namesOf = async (name: string, label: string) => {
    const samples = (await families()).get(name)?.samples ?? [];
    return new Set(samples.map(({ labels }) => labels.get(label)));
  };
  const check = async () => {
    for (const name of ['agent_usage_total', 'agent_latency_ms', 'agent_quality_score', 'agent_cost_usd_per_call']) {
      expect([name, await namesOf(name, 'agent')]).toEqual([name, new Set([...agents, '_OTHER'])]);
    }
    for (const name of ['cache_lookups_total', 'cache_lookup_latency_ms', 'cache_hit_rate_percent']) {
      expect([name, await namesOf(name, 'cache_layer')]).toEqual([name, new Set([...layers, '_OTHER'])]);
    }
  };
  await check();
  expect(rejected()).toEqual({});
  // One name more is recorded as _OTHER and counted: in four metrics of agents and in two of layers.
  record('agent-more', 'layer-more');
  expect(rejected()).toEqual({ attribute_other: 6 });
  await check();
  expect(rejected()).toEqual({ attribute_other: 6 });
});
