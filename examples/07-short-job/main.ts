/**
 * A short job that ends before a scrape: its last values go to a Pushgateway at its end, without a call.
 *
 *     OTELIER_PUSHGATEWAY_URL=http://localhost:9091 npm run example -- 07
 *
 * Without that variable, a receiver within the program replaces the Pushgateway and prints the request.
 */
import { counter, defineCatalogue, gauge, histogram, oneOf, startMetrics } from 'otelier';
import { pushgateway } from 'otelier/backends/pushgateway';
import { receive } from './receiver.ts';

const indexing = defineCatalogue({
  documents: counter({
    name: 'indexing.documents',
    unit: '{document}',
    description: 'Documents by outcome.',
    attributes: { outcome: oneOf('indexed', 'skipped') },
  }),
  duration: histogram({
    name: 'indexing.document.duration',
    unit: 's',
    description: 'Time that a document takes.',
    buckets: [0.001, 0.01, 0.1],
  }),
  lastSuccess: gauge({ name: 'indexing.last_success', unit: 's', description: 'Time of the last complete run.' }),
});

const url = process.env.OTELIER_PUSHGATEWAY_URL ?? (await receive());
const metrics = startMetrics({
  serviceName: 'nightly-index',
  catalogues: { indexing },
  backends: [pushgateway({ url, groupingKey: { shard: '7' }, withoutScopeLabels: true, withoutTargetInfo: true })],
  withoutSelfMetrics: true,
});

for (const document of ['a short one', '', 'one of many words '.repeat(10_000)]) {
  using _ = metrics.indexing.duration.startTimer();
  const words = document.split(/\s+/).filter((word) => word !== '');
  metrics.indexing.documents.add(1, { outcome: words.length > 0 ? 'indexed' : 'skipped' });
}

// An alert can compare: time() - indexing_last_success_seconds > 26 * 3600
metrics.indexing.lastSuccess.setToCurrentTime();
console.log(`indexed; the metrics go to ${new URL(url).host} at the end`);
