/** Backend kind `datadog`: options and reader. The encoder and the HTTP client are loaded when the backend starts. */
import { openAccount } from '../../delivery/account.js';
import type { BackendKind } from '../../delivery/contract.js';
import { disabledExporter } from '../../delivery/disabled-exporter.js';
import { type Exporter, type ExportPreferences, lazyExporter } from '../../delivery/exporter.js';
import { PeriodicReader } from '../../delivery/periodic-reader.js';
import { intervalSetting, settingOf } from '../../delivery/remedy.js';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import type { InstrumentType } from '../../model/otel-sdk.js';
import { redactUrl } from '../../options/url.js';
import { datadogOptions, seriesUrl } from './options.js';

/** Default export interval: the flush interval of Datadog's Agent, at which Datadog stores counts. */
const defaultIntervalMs = 10_000;

const noSite = 'no valid site: set DD_SITE or the option site';
const noKey = 'no API key: set DD_API_KEY or the option apiKey';

/** Datadog counts are deltas; up-down counters and gauges are absolute values. */
const preferences: ExportPreferences = {
  aggregation: () => ({ type: aggregationTypes.default }),
  temporality: (type) => aggregationTemporalities[isCounted(type) ? 'delta' : 'cumulative'],
};

/** Datadog's metrics API, version 2. */
export const datadogKind: BackendKind<typeof datadogOptions> = {
  name: 'datadog',
  aliases: ['dd', 'ddog', 'dogstatsd'],
  options: datadogOptions,
  start(options, context) {
    const { maxRetryAfterMs } = context;
    const { name, clock, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs, spool, warn } = context;
    const { apiKey, site, endpoint } = options;
    const isAddressed = site !== undefined || endpoint !== undefined;
    const url = isAddressed ? redactUrl(seriesUrl(options)) : undefined;
    const setting =
      endpoint === undefined
        ? settingOf(context, 'site', 'DD_SITE')
        : settingOf(context, 'endpoint', 'OTELIER_DATADOG_ENDPOINT');
    const account = openAccount({
      ...context,
      where: () => url,
      settings: { endpoint: setting, interval: intervalSetting(context) },
    });
    let exporter: Exporter;
    if (apiKey === undefined || !isAddressed) {
      const reason = isAddressed ? (context.problemOf?.('apiKey') ?? noKey) : (context.problemOf?.('site') ?? noSite);
      // An invalid site or key was reported when the options were resolved.
      const isReported = !isAddressed || /^DD_/.test(context.sourceOf?.('apiKey') ?? '');
      if (!isReported) warn(`${name}: nothing is delivered: ${noKey}; recording continues`);
      account.unusable(reason);
      // A missing key must not stop the application.
      exporter = disabledExporter(preferences, { reason });
    } else {
      exporter = lazyExporter(preferences, async () => {
        const { openExporter } = await import('./open.js');
        return openExporter(
          { ...options, apiKey },
          { preferences, account, clock, intervalMs, maxRetryAfterMs, spool, warn },
        );
      });
    }
    const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs: exportTimeoutMs });
    return { name, reader, ready: Promise.resolve(), status: account.status, remedy: account.remedy };
  },
};

function isCounted(type: InstrumentType): boolean {
  const { counter, observableCounter, histogram } = instrumentTypes;
  return type === counter || type === observableCounter || type === histogram;
}
