/**
 * Compares the cost of recording a sample of pack `benchmark` with one add of a bound counter.
 *
 *   node --expose-gc test/bench/benchmark-pack.mjs [--rounds 20] [--calls 1000000]
 *
 * The bytes include an object that a call creates.
 */
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { benchmark } from 'otelier/packs/benchmark';
import { compareCosts } from './beside.mjs';
import { mask, values } from './input.mjs';

const catalogue = defineCatalogue({
  single: counter({ name: 'single', unit: '1', description: 'One.', attributes: { model: text({ limit: 10 }) } }),
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
const whole = { promptCategory: 'people', firstOutputSeconds: 0.2, outputs: 49, temporalConsistency: 0.97 };
const one = { ...whole, latencySeconds: 0.9, ok: true };
const call = { responseSeconds: 0.2, ok: true };
await compareCosts('bound counter, one add', {
  'bound counter, one add': (n) => {
    for (let index = 0; index < n; index++) bound.add(values[index & mask]);
  },
  'run.sample, time and outcome': (n) => {
    for (let index = 0; index < n; index++) {
      run.sample({ promptCategory: 'people', latencySeconds: values[index & mask], ok: (index & 63) !== 0 });
    }
  },
  'run.sample, everything': (n) => {
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
  'run.sample, one object': (n) => {
    for (let index = 0; index < n; index++) run.sample(one);
  },
  'run.apiCall, one object': (n) => {
    for (let index = 0; index < n; index++) run.apiCall(call);
  },
});
await metrics.shutdown();
