/** Starts metrics and records once through them. */
const { startMetrics } = require('otelier');
const { gateway } = require('otelier/packs/gateway');
const { shop } = require('./shop.cjs');

exports.start = function start() {
  const metrics = startMetrics({ catalogues: { shop }, packs: { gateway: gateway() } });
  metrics.shop.orders.add(1, { channel: 'web' });
  return metrics;
};
