/** Loads the modules of `@grafana/grafana-foundation-sdk` that dashboards need. An optional package. */
import { MetricsError } from '../../errors.js';

/** Modules of the package. */
export type FoundationSdk = Awaited<ReturnType<typeof load>>;

/**
 * Loads the package.
 *
 * @throws {MetricsError} METRICS_PACKAGE_MISSING if it is not installed.
 */
export async function loadFoundationSdk(): Promise<FoundationSdk> {
  try {
    return await load();
  } catch (cause) {
    const expected = 'an installed package: npm install --save-dev @grafana/grafana-foundation-sdk';
    const where = 'dashboards of your own catalogue: @grafana/grafana-foundation-sdk';
    throw new MetricsError('METRICS_PACKAGE_MISSING', [{ where, expected }], { cause });
  }
}

async function load() {
  const [dashboard, prometheus, common, timeseries, stat, gauge, bargauge, table, heatmap, piechart, statetimeline] =
    await Promise.all([
      import('@grafana/grafana-foundation-sdk/dashboard'),
      import('@grafana/grafana-foundation-sdk/prometheus'),
      import('@grafana/grafana-foundation-sdk/common'),
      import('@grafana/grafana-foundation-sdk/timeseries'),
      import('@grafana/grafana-foundation-sdk/stat'),
      import('@grafana/grafana-foundation-sdk/gauge'),
      import('@grafana/grafana-foundation-sdk/bargauge'),
      import('@grafana/grafana-foundation-sdk/table'),
      import('@grafana/grafana-foundation-sdk/heatmap'),
      import('@grafana/grafana-foundation-sdk/piechart'),
      import('@grafana/grafana-foundation-sdk/statetimeline'),
    ]);
  return { dashboard, prometheus, common, timeseries, stat, gauge, bargauge, table, heatmap, piechart, statetimeline };
}
