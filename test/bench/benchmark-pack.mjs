/**
 * Measures the cost of recording a benchmark sample, compared with one add of a bound counter in the same process.
 *
 *   node --expose-gc test/bench/benchmark-pack.mjs [--rounds 20] [--calls 1000000]
 *
 * If a call creates an object, the object is included in the bytes.
 */
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { benchmark } from 'otelier/packs/benchmark';
import { compareCosts } from './compare-costs.mjs';
import { mask, values } from './input.mjs';

const catalogue = defineCatalogue({
  single: counter({
    name: 'single',
    unit: '1',
    description: 'A single counter.',
    attributes: { model: text({ limit: 10 }) },
  }),
});
const metrics = startMetrics({
  isolated: true,
  catalogues: { own: catalogue },
  packs: { benchmark: benchmark({ slo: { latencySeconds: 1, firstOutputSeconds: 0.5, perOutputSeconds: 0.1 } }) },
  backends: [prometheus({ port: 0 })],
});
await metrics.ready;

const bound = metrics.own.single.bind({ model: 'a' });
const run = metrics.benchmark.begin({ model: 'a', container: 'c1', gpu: 0 });
const fields = { promptCategory: 'people', firstOutputSeconds: 0.2, outputs: 49, temporalConsistency: 0.97 };
const reused = { ...fields, latencySeconds: 0.9, ok: true };
const call = { responseSeconds: 0.2, ok: true };
await compareCosts('bound counter, one add', {
  'bound counter, one add': (n) => {
    for (let index = 0; index < n; index++) bound.add(values[index & mask]);
  },
  'run.sample, latency and outcome': (n) => {
    for (let index = 0; index < n; index++) {
      run.sample({ promptCategory: 'people', latencySeconds: values[index & mask], ok: (index & 63) !== 0 });
    }
  },
  'run.sample, all fields': (n) => {
    for (let index = 0; index < n; index++) {
      run.sample({
        promptCategory: 'people',
        latencySeconds: values[index & mask],
        ok: (index & 63) !== 0,
        firstOutputSeconds: 0.0005,
        outputs: 49,
        temporalConsistency: 0.97,
      });
    }
  },
  'run.sample, reused object': (n) => {
    for (let index = 0; index < n; index++) run.sample(reused);
  },
  'run.apiCall, reused object': (n) => {
    for (let index = 0; index < n; index++) run.apiCall(call);
  },
});
await metrics.shutdown();
