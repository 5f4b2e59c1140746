/** Compiled, never run: what the typed handles accept and refuse. */
import {
  asError,
  boolean,
  counter,
  defineCatalogue,
  gauge,
  histogram,
  type InstrumentsOf,
  integer,
  observableGauge,
  oneOf,
  optional,
  startMetrics,
  text,
} from 'otelier';
import { inference } from 'otelier/packs/inference';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { channel: oneOf('web', 'app', asError('lost')), region: text({ limit: 20 }) },
  }),
  visits: counter({ name: 'shop.visits', unit: '{visit}', description: 'Visits.' }),
  basket: histogram({
    name: 'shop.basket',
    unit: '{item}',
    description: 'Items.',
    buckets: [1, 2],
    attributes: { size: optional(integer({ min: 1, max: 3 })), gift: optional(boolean()) },
  }),
  stock: gauge({
    name: 'shop.stock',
    unit: '{item}',
    description: 'Stock.',
    attributes: { cold: boolean() },
    merge: 'sum',
  }),
  load: observableGauge({ name: 'shop.load', unit: '1', description: 'Load.', attributes: { core: integer() } }),
});
declare const handles: InstrumentsOf<typeof shop.definitions>;

handles.orders.add(1, { channel: 'web', region: 'eu' });
handles.orders.add(1, { channel: 'lost', region: 'eu' });
handles.orders.bind({ channel: 'app', region: 'eu' }).add(1);
handles.visits.add(1);
handles.basket.record(2);
handles.basket.record(2, {});
handles.basket.record(2, { size: 2 });
handles.basket.record(2, { size: undefined });
handles.stock.set(5, { cold: true });
handles.load.addCallback((observation) => observation.observe(0.5, { core: 0 }));

// @ts-expect-error: a value that is not declared
handles.orders.add(1, { channel: 'fax', region: 'eu' });
// @ts-expect-error: a required attribute is missing
handles.orders.add(1, { channel: 'web' });
// @ts-expect-error: attributes are missing altogether
handles.orders.add(1);
// @ts-expect-error: a key that is not declared
handles.orders.add(1, { channel: 'web', region: 'eu', user: 'u1' });
// @ts-expect-error: a value of another type
handles.orders.add(1, { channel: 'web', region: 7 });
// @ts-expect-error: bound with a wrong value
handles.orders.bind({ channel: 'fax', region: 'eu' });
// @ts-expect-error: attributes on a metric that has none
handles.visits.add(1, { channel: 'web' });
// @ts-expect-error: a counter adds, it does not record
handles.visits.record(1);
// @ts-expect-error: a histogram records, it does not set
handles.basket.set(1);
// @ts-expect-error: a wrong key among optional ones
handles.basket.record(1, { sizes: 2 });
// @ts-expect-error: a number is expected
handles.stock.set('5', { cold: true });
// @ts-expect-error: an observation with a wrong attribute
handles.load.addCallback((observation) => observation.observe(0.5, { cpu: 0 }));
// @ts-expect-error: there is no such metric
handles.order.add(1);
// @ts-expect-error: buckets belong to histograms
counter({ name: 'a', unit: '1', description: 'A.', buckets: [1] });
// @ts-expect-error: merge belongs to gauges
histogram({ name: 'a', unit: '1', description: 'A.', merge: 'sum' });
// @ts-expect-error: description is required
gauge({ name: 'a', unit: '1' });
// @ts-expect-error: not a stability level
gauge({ name: 'a', unit: '1', description: 'A.', stability: 'finished' });

const metrics = startMetrics({ catalogues: { shop }, packs: { inference: inference() } });
metrics.shop.orders.add(1, { channel: 'web', region: 'eu' });
metrics.inference.begin().end({ documents: 3 });
metrics.forceFlush().then(({ ok }) => ok satisfies boolean);
// @ts-expect-error: a wrong value through the started metrics
metrics.shop.orders.add(1, { channel: 'fax', region: 'eu' });
// @ts-expect-error: there is no such catalogue
metrics.shops.orders.add(1);
// @ts-expect-error: a stage that is not one
metrics.inference.stage('cooking', 1);
// @ts-expect-error: a reserved key
startMetrics({ catalogues: { shutdown: shop } });
// @ts-expect-error: a key that is kept for what comes
startMetrics({ catalogues: { summary: shop } });
// @ts-expect-error: a key given twice
startMetrics({ catalogues: { inference: shop }, packs: { inference: inference() } });
// @ts-expect-error: an option that is not one
startMetrics({ serviceNames: 'x' });
// @ts-expect-error: a wrong kind of value
startMetrics({ exportIntervalMs: '5000' });
