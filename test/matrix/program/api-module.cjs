/** Loads otelier by `require`, and uses the ES module of the API, which is another instance from version 1.10 on. */
const { startMetrics } = require('otelier');
const { report } = require('./report.cjs');

(async () => {
  const { metrics: api } = await import('@opentelemetry/api');
  const early = api.getMeter('app').createCounter('early');
  const metrics = startMetrics();
  if (process.argv[2] === 'register') {
    api.setGlobalMeterProvider({ getMeter: () => api.getMeter('other') });
    return metrics.shutdown();
  }
  const late = api.getMeter('app').createCounter('late');
  early.add(1);
  late.add(1);
  return report(metrics, { early_total: 1, late_total: 1 });
})();
