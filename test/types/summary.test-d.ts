/** Type tests: `metrics.summary()` is typed by the catalogues and packs. Compiled, never run. */
import {
  type CounterSummary,
  counter,
  defineCatalogue,
  type GaugeSummary,
  gauge,
  type HistogramSummary,
  histogram,
  type InfoSummary,
  info,
  integer,
  type MetricSummary,
  observableCounter,
  observableUpDownCounter,
  oneOf,
  optional,
  type StateSetSummary,
  startMetrics,
  stateSet,
  text,
  type UpDownCounterSummary,
} from 'otelier';
import { agent } from 'otelier/packs/agent';

const described = { unit: '1', description: 'A metric.' } as const;
const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    ...described,
    attributes: { channel: oneOf('web', 'app'), size: optional(integer({ min: 1, max: 3 })) },
  }),
  stock: gauge({ name: 'shop.stock', ...described }),
  wait: histogram({ name: 'shop.wait', ...described, buckets: [1], attributes: { bank: oneOf('a', 'b') } }),
  read: observableCounter({ name: 'shop.read', ...described }),
  held: observableUpDownCounter({ name: 'shop.held', ...described }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['open', 'closed'] }),
});
const metrics = startMetrics({ catalogues: { shop }, packs: { agents: agent() } });
const summary = metrics.summary();

summary.shop.orders satisfies CounterSummary<{ channel: 'web' | 'app'; size?: number | undefined }>;
summary.shop.orders.kind satisfies 'counter';
summary.shop.orders.rate satisfies number;
summary.shop.stock satisfies GaugeSummary;
summary.shop.wait satisfies HistogramSummary;
summary.shop.wait.p95 satisfies number | undefined;
summary.shop.read satisfies CounterSummary;
summary.shop.held satisfies UpDownCounterSummary;
summary.shop.build satisfies InfoSummary<{ version: string }>;
summary.shop.build.attributes?.version satisfies string | undefined;
summary.shop.phase satisfies StateSetSummary<'open' | 'closed'>;
summary.shop.phase.state satisfies 'open' | 'closed' | undefined;
// @ts-expect-error: a state set has no number
summary.shop.phase.last;
summary.agents.taskLatency.p99 satisfies number | undefined;
summary.agents.apiCost.total satisfies number;
summary.runtime?.['memoryUsage'] satisfies MetricSummary | undefined;
summary.shop.orders.series[0]?.attributes.channel satisfies 'web' | 'app' | '_OTHER' | undefined;

// @ts-expect-error: no such catalogue
summary.bank;
// @ts-expect-error: no such metric
summary.shop.order;
// @ts-expect-error: no such metric of the pack
summary.agents.taskLatencies;
// @ts-expect-error: a counter has no percentiles
summary.shop.orders.p95;
// @ts-expect-error: a histogram has no total
summary.shop.wait.total;
// @ts-expect-error: no such attribute
summary.shop.orders.series[0]?.attributes.region;
// @ts-expect-error: not writable
summary.shop.orders.total = 1;

metrics.summary({ where: { channel: 'web', size: 1 }, maxSeries: 3 });
metrics.summary({ where: { channel: '_OTHER', bank: undefined } });
// An attribute of the pack.
metrics.summary({ where: { cache_layer: 'disk' } });
// @ts-expect-error: no such attribute
metrics.summary({ where: { chanel: 'web' } });
// @ts-expect-error: no such value
metrics.summary({ where: { channel: 'fax' } });
// @ts-expect-error: no such value
metrics.summary({ where: { size: 'small' } });
// @ts-expect-error: no such option
metrics.summary({ top: 3 });
// @ts-expect-error: a reserved key
startMetrics({ catalogues: { summary: shop } });

function print(of: MetricSummary): number | undefined {
  switch (of.kind) {
    case 'counter':
      return of.total;
    case 'histogram':
      return of.p95;
    case 'stateSet':
    case 'info':
      return of.seriesCount;
    default:
      return of.last;
  }
}
for (const of of Object.values(summary.shop)) print(of);

// In a program with the collector among the packs, its metrics have types.
startMetrics({ packs: { runtime: agent() } }).summary().runtime.taskLatency.count satisfies number;
