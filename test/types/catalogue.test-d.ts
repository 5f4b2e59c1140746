/** Type tests: arguments that the typed handles accept and reject. Compiled, never run. */
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

// @ts-expect-error: undeclared value
handles.orders.add(1, { channel: 'fax', region: 'eu' });
// @ts-expect-error: missing required attribute
handles.orders.add(1, { channel: 'web' });
// @ts-expect-error: missing attributes
handles.orders.add(1);
// @ts-expect-error: undeclared key
handles.orders.add(1, { channel: 'web', region: 'eu', user: 'u1' });
// @ts-expect-error: wrong type of value
handles.orders.add(1, { channel: 'web', region: 7 });
// @ts-expect-error: undeclared value in bind
handles.orders.bind({ channel: 'fax', region: 'eu' });
// @ts-expect-error: attributes on a metric without attributes
handles.visits.add(1, { channel: 'web' });
// @ts-expect-error: counters have no record method
handles.visits.record(1);
// @ts-expect-error: histograms have no set method
handles.basket.set(1);
// @ts-expect-error: undeclared key beside optional ones
handles.basket.record(1, { sizes: 2 });
// @ts-expect-error: expected a number
handles.stock.set('5', { cold: true });
// @ts-expect-error: undeclared key in an observation
handles.load.addCallback((observation) => observation.observe(0.5, { cpu: 0 }));
// @ts-expect-error: unknown metric
handles.order.add(1);
// @ts-expect-error: buckets are an option of histograms
counter({ name: 'a', unit: '1', description: 'A.', buckets: [1] });
// @ts-expect-error: merge is an option of gauges
histogram({ name: 'a', unit: '1', description: 'A.', merge: 'sum' });
// @ts-expect-error: description is required
gauge({ name: 'a', unit: '1' });
// @ts-expect-error: unknown stability level
gauge({ name: 'a', unit: '1', description: 'A.', stability: 'finished' });

const metrics = startMetrics({ catalogues: { shop }, packs: { inference: inference() } });
metrics.shop.orders.add(1, { channel: 'web', region: 'eu' });
metrics.inference.begin().end({ documents: 3 });
metrics.forceFlush().then(({ ok }) => ok satisfies boolean);
// @ts-expect-error: undeclared value through the started metrics
metrics.shop.orders.add(1, { channel: 'fax', region: 'eu' });
// @ts-expect-error: unknown catalogue
metrics.shops.orders.add(1);
// @ts-expect-error: unknown stage
metrics.inference.stage('cooking', 1);
// @ts-expect-error: reserved key
startMetrics({ catalogues: { shutdown: shop } });
// @ts-expect-error: key reserved for later versions
startMetrics({ catalogues: { summary: shop } });
// @ts-expect-error: duplicate key
startMetrics({ catalogues: { inference: shop }, packs: { inference: inference() } });
// @ts-expect-error: unknown option
startMetrics({ serviceNames: 'x' });
// @ts-expect-error: wrong type of value
startMetrics({ exportIntervalMs: '5000' });
