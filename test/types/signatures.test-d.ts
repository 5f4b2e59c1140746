/** Type tests: handles in signatures that users write. Compiled, never run. */
import {
  type AttributesFor,
  boolean,
  type Counter,
  counter,
  defineCatalogue,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
  type Info,
  type InstrumentsOf,
  info,
  integer,
  type Observable,
  observableGauge,
  oneOf,
  optional,
  type StateSet,
  stateSet,
  type Timer,
  text,
} from 'otelier';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { outcome: oneOf('paid', 'declined'), region: optional(text()) },
  }),
  visits: counter({ name: 'shop.visits', unit: '{visit}', description: 'Visits.' }),
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time to check out.',
    buckets: [1],
    attributes: { outcome: oneOf('paid', 'declined'), bank: text() },
  }),
  stock: gauge({ name: 'shop.stock', unit: '1', description: 'Stock.', attributes: { shelf: integer() } }),
  load: observableGauge({ name: 'shop.load', unit: '1', description: 'Load.', attributes: { core: integer() } }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text(), debug: boolean() } }),
  phase: stateSet({
    name: 'shop.phase',
    description: 'Phase.',
    states: ['open', 'closed'],
    attributes: { branch: text() },
  }),
});
declare const handles: InstrumentsOf<typeof shop.definitions>;

/** `true` if two types are identical. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Orders = { outcome: 'paid' | 'declined'; region?: string | undefined };
true satisfies Same<AttributesFor<typeof shop.definitions.orders>, Orders>;
true satisfies Same<typeof handles.orders, Counter<Orders>>;
// biome-ignore lint/complexity/noBannedTypes: the type that editors show.
true satisfies Same<typeof handles.visits, Counter<{}>>;
true satisfies Same<typeof handles.checkout, Histogram<{ outcome: 'paid' | 'declined'; bank: string }>>;
true satisfies Same<typeof handles.stock, Gauge<{ shelf: number }>>;
true satisfies Same<typeof handles.load, Observable<{ core: number }>>;
true satisfies Same<typeof handles.build, Info<{ version: string; debug: boolean }>>;
true satisfies Same<typeof handles.phase, StateSet<'open' | 'closed', { branch: string }>>;

interface Checkout {
  outcome: 'paid' | 'declined';
  bank: string;
}
export function pay(
  orders: Counter<{ outcome: 'paid' | 'declined'; region?: string }>,
  checkout: Histogram<Checkout>,
): void {
  orders.add(1, { outcome: 'paid' });
  orders.bind({ outcome: 'paid', region: 'eu' }).add(1);
  const timer: Timer<Checkout, { bank: string }> = checkout.startTimer({ bank: 'a' });
  timer.stop({ outcome: 'paid' });
  // @ts-expect-error: undeclared value
  orders.add(1, { outcome: 'lost' });
  // @ts-expect-error: missing attribute
  checkout.record(1, { outcome: 'paid' });
}
pay(handles.orders, handles.checkout);

declare function count(visits: Counter<Record<never, never>>): void;
declare function deliver(orders: Counter<{ outcome: 'sent' | 'lost' }>): void;
declare function sell(orders: Counter<{ outcome: string }>): void;
declare function time(checkout: Histogram<{ outcome: 'paid' | 'declined' }>): void;
declare function fill(stock: Gauge<{ shelf: number | string }>): void;
declare function watch(load: Observable<{ core: number | string }>): void;
declare function end(timer: Timer<Checkout, Checkout>): void;
declare function publish(build: Info<{ version: string }>): void;
declare function open(phase: StateSet<'open' | 'shut', { branch: string }>): void;
const started = handles.checkout.startTimer();
count(handles.visits);
// @ts-expect-error: the counter requires attributes
count(handles.orders);
// @ts-expect-error: the counter has other values
deliver(handles.orders);
// @ts-expect-error: the counter accepts fewer values
sell(handles.orders);
// @ts-expect-error: the histogram has further required attributes
time(handles.checkout);
// @ts-expect-error: the gauge accepts numbers only
fill(handles.stock);
// @ts-expect-error: the timer was started without attributes
end(started);
// @ts-expect-error: the observable accepts numbers only
watch(handles.load);
// @ts-expect-error: a histogram is not a counter
deliver(handles.checkout);
// @ts-expect-error: the info metric has further required attributes
publish(handles.build);
// @ts-expect-error: the state set has other states
open(handles.phase);

// @ts-expect-error: a declaration of an attribute is not its value
export type Declared = Counter<typeof shop.definitions.orders.attributes>;
// @ts-expect-error: an attribute value is a string, a number or a boolean
export type Dated = Gauge<{ at: Date }>;
