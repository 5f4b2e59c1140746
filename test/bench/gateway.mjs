/**
 * Compares the cost of the hot path of pack `gateway` with one add of a bound counter.
 *
 *   node --expose-gc test/bench/gateway.mjs [--rounds 20] [--calls 1000000]
 *
 * The bytes include an object that a call creates.
 */
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { gateway } from 'otelier/packs/gateway';
import { compareCosts } from './compare-costs.mjs';
import { mask, values } from './input.mjs';

const catalogue = defineCatalogue({
  single: counter({ name: 'single', unit: '1', description: 'One.', attributes: { provider: text({ limit: 10 }) } }),
});
const metrics = startMetrics({
  isolated: true,
  catalogues: { own: catalogue },
  packs: { gateway: gateway() },
  backends: [prometheus({ port: 0 })],
});
await metrics.ready;

const bound = metrics.own.single.bind({ provider: 'openai' });
const provider = metrics.gateway.provider('openai');
const sample = { bytesIn: 800, bytesOut: 20_000, latencyMs: 12.5, ok: true };
const subjects = {
  'bound counter, one add': (n) => {
    for (let call = 0; call < n; call++) bound.add(values[call & mask]);
  },
  'provider.record': (n) => {
    for (let call = 0; call < n; call++) {
      provider.record({
        bytesIn: 800,
        bytesOut: 20_000,
        latencyMs: values[call & mask] * 1_000,
        ok: (call & 63) !== 0,
      });
    }
  },
  'provider.record, one object': (n) => {
    for (let call = 0; call < n; call++) provider.record(sample);
  },
  'audit, kept and sampled': (n) => {
    for (let call = 0; call < n; call++) {
      metrics.gateway.audit({ provider: 'openai', model: 'gpt-4o', latencyMs: 3, inputTokens: call & mask });
    }
  },
};

await compareCosts('bound counter, one add', subjects);
await metrics.shutdown();
