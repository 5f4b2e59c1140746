/** Type tests: attributes that timers and timed work accept and reject. Compiled, never run. */
import {
  type AttributesFor,
  defineCatalogue,
  gauge,
  histogram,
  type InstrumentsOf,
  oneOf,
  optional,
  type Timer,
  text,
} from 'otelier';

const shop = defineCatalogue({
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time to check out.',
    buckets: [1],
    attributes: { outcome: oneOf('paid', 'declined'), bank: text(), region: optional(text()) },
  }),
  search: histogram({ name: 'shop.search.duration', unit: 's', description: 'Time to search.', buckets: [1] }),
  seen: gauge({ name: 'shop.seen', unit: 's', description: 'Last order.', attributes: { bank: text() } }),
});
declare const { checkout, search, seen }: InstrumentsOf<typeof shop.definitions>;
declare const pay: () => Promise<{ accepted: boolean }>;

checkout.startTimer({ bank: 'a' }).stop({ outcome: 'paid' });
checkout.startTimer().stop({ outcome: 'paid', bank: 'a', region: 'eu' });
checkout.startTimer({ bank: 'a', outcome: 'paid' }).stop();
checkout.startTimer({ bank: 'a', outcome: 'paid' }).stop({ outcome: 'declined' });
search.startTimer().stop();
search.bind().startTimer().stop();
seen.setToCurrentTime({ bank: 'a' });
seen.bind({ bank: 'a' }).setToCurrentTime();
export const timer: Timer<AttributesFor<typeof shop.definitions.checkout>, { bank: string }> = checkout.startTimer({
  bank: 'a',
});

// @ts-expect-error: the outcome is missing
checkout.startTimer({ bank: 'a' }).stop();
declare const maybe: { readonly bank?: string };
// @ts-expect-error: the bank may be missing
checkout.startTimer(maybe).stop({ outcome: 'paid' });
// @ts-expect-error: undeclared value at the start
checkout.startTimer({ outcome: 'lost' });
// @ts-expect-error: undeclared key at the start
checkout.startTimer({ bank: 'a', user: 'u' });
// @ts-expect-error: undeclared value at the end
checkout.startTimer({ bank: 'a' }).stop({ outcome: 'lost' });
// @ts-expect-error: undeclared key at the end
checkout.startTimer({ bank: 'a' }).stop({ outcome: 'paid', user: 'u' });
// @ts-expect-error: attributes on a metric without attributes
search.startTimer().stop({ outcome: 'paid' });
// @ts-expect-error: the attributes of a bound histogram are fixed
search.bind().startTimer().stop({});
// @ts-expect-error: missing attributes
seen.setToCurrentTime();

checkout.time(pay, {
  attributes: { bank: 'a' },
  ok: ({ accepted }) => ({ outcome: accepted ? 'paid' : 'declined' }),
  failed: { outcome: 'declined' },
});
search.time(() => 1);

// @ts-expect-error: missing attributes
checkout.time(pay);
// @ts-expect-error: no outcome has the required attributes
checkout.time(pay, {});
// @ts-expect-error: the attributes of a failure are missing
checkout.time(pay, { attributes: { bank: 'a' }, ok: { outcome: 'paid' } });
// @ts-expect-error: undeclared key
checkout.time(pay, { attributes: { bank: 'a', user: 'u' }, ok: { outcome: 'paid' }, failed: { outcome: 'declined' } });
// @ts-expect-error: undeclared value
checkout.time(pay, { attributes: { bank: 'a' }, ok: { outcome: 'lost' }, failed: { outcome: 'declined' } });
// @ts-expect-error: undeclared value of a function
checkout.time(pay, { attributes: { bank: 'a' }, ok: { outcome: 'paid' }, failed: () => ({ outcome: 'lost' }) });
// @ts-expect-error: attributes are not options
checkout.time(pay, { outcome: 'paid', bank: 'a' });
