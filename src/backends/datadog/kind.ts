/** Datadog as the table of backends lists it: its options and when it pushes. The rest is loaded when it is started. */
import type { InstrumentType } from '@opentelemetry/sdk-metrics';
import type { BackendKind } from '../../delivery/contract.js';
import { keepDeliveries } from '../../delivery/deliveries.js';
import { PushReader } from '../../delivery/push-reader.js';
import { loadedSender, type Sender } from '../../delivery/sender.js';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import { redactUrl } from '../../options/option.js';
import { datadogOptions, seriesUrl } from './options.js';

/** Ten seconds when nobody said otherwise: what Datadog's Agent has, and what its counts are kept at. */
const defaultIntervalMs = 10_000;

const noKey = 'there is no API key: set DD_API_KEY, or the option apiKey';

/** Counts are of what was recorded since the last push; what falls is a total. */
const preferences: Pick<Sender, 'aggregation' | 'temporality'> = {
  aggregation: () => ({ type: aggregationTypes.default }),
  temporality: (type) => aggregationTemporalities[isCounted(type) ? 'delta' : 'cumulative'],
};

/** The kind. */
export const datadogKind: BackendKind<typeof datadogOptions> = {
  name: 'datadog',
  options: datadogOptions,
  start(options, context) {
    const { name, clock, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs, spool, warn } = context;
    const place = redactUrl(seriesUrl(options));
    const deliveries = keepDeliveries({ ...context, where: () => place });
    const { apiKey } = options;
    let sender: Sender;
    if (apiKey === undefined) {
      warn(`${name}: nothing is delivered, because ${noKey}. Recording goes on.`);
      deliveries.impossible(noKey);
      sender = senderWithoutKey();
    } else {
      sender = loadedSender(preferences, async () => {
        const { openSender } = await import('./open.js');
        return openSender({ ...options, apiKey }, { preferences, deliveries, clock, intervalMs, spool, warn });
      });
    }
    const reader = new PushReader(sender, deliveries, { clock, intervalMs, timeoutMs: exportTimeoutMs });
    return { name, reader, ready: Promise.resolve(), status: deliveries.status };
  },
};

/** Every delivery fails; an application that was started without its key is not stopped for that. */
function senderWithoutKey(): Sender {
  return { ...preferences, send: async () => ({ kind: 'failed', reason: noKey }), hurry() {}, async close() {} };
}

function isCounted(type: InstrumentType): boolean {
  const { counter, observableCounter, histogram } = instrumentTypes;
  return type === counter || type === observableCounter || type === histogram;
}
