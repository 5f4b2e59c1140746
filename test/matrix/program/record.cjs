/** Records through each interface of the package. */
const { metrics: api } = require('@opentelemetry/api');
const { instrumentsOf, startMetrics } = require('otelier');
const { gateway } = require('otelier/packs/gateway');
const { shop } = require('./shop.cjs');

const { orders, checkout } = instrumentsOf(shop);
const bound = orders.bind({ channel: 'app' });

/** Records one order. Metrics need not run yet. */
exports.recordOrder = function recordOrder() {
  bound.add(1);
};

/** Records through the catalogue, a pack and the API of OpenTelemetry. Metrics run. */
exports.recordAll = function recordAll() {
  orders.add(1, { channel: 'web' });
  bound.add(1);
  for (let times = 0; times < 2; times++) checkout.record(0.2);
  const { gateway: recorder } = startMetrics({ packs: { gateway: gateway() } });
  for (let times = 0; times < 3; times++) {
    recorder.provider('openai').record({ bytesIn: 812, bytesOut: 20_480, latencyMs: 1_240, ok: true });
  }
  const jobs = api.getMeter('plain').createCounter('jobs');
  for (let times = 0; times < 4; times++) jobs.add(1);
};
