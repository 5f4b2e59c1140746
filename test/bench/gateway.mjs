/**
 * What the hot path of pack `gateway` costs, beside one add of a bound counter in the same process.
 *
 *   node --expose-gc test/bench/gateway.mjs [--rounds 20] [--calls 1000000]
 *
 * Rounds of both in turn; the median of each is told, in nanoseconds, and how many times the one is the other. Bytes
 * are what the heap grows by for each call, told with `--expose-gc` only; where each call brings an object of its own,
 * that object is among them.
 */
import { parseArgs } from 'node:util';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { gateway } from 'otelier/packs/gateway';
import { mask, values } from './input.mjs';
import { median } from './median.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, calls: { type: 'string', default: '1000000' } },
});
const [rounds, calls] = [Number(options.rounds), Number(options.calls)];

/** Calls of a subject at a time: it is called often, so that it is compiled as a whole. */
const chunk = 1_000;

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

const found = Object.fromEntries(Object.keys(subjects).map((name) => [name, { ns: [], bytes: [] }]));
for (let round = -3; round < rounds; round++) {
  for (const [name, run] of Object.entries(subjects)) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const begin = performance.now();
    for (let call = 0; call < calls; call += chunk) run(chunk);
    const ns = ((performance.now() - begin) * 1e6) / calls;
    const bytes = (process.memoryUsage().heapUsed - before) / calls;
    await new Promise((resolve) => setImmediate(resolve));
    // The first rounds are for the compiler.
    if (round < 0) continue;
    found[name].ns.push(ns);
    found[name].bytes.push(bytes);
  }
}

const base = median(found['bound counter, one add'].ns);
for (const [name, { ns, bytes }] of Object.entries(found)) {
  const growth = globalThis.gc === undefined ? '' : `  ${median(bytes).toFixed(2)} B`;
  console.log(
    `${name.padEnd(30)} ${median(ns).toFixed(1).padStart(7)} ns  ${(median(ns) / base).toFixed(1)} times${growth}`,
  );
}
await metrics.shutdown();
