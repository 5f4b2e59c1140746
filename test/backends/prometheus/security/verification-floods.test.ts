/**
 * Floods of wrong passwords: the number of verifications that a scraper waits for. The hash is a fake that the test
 * settles, so the counts do not depend on time.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  createCredentialVerifier,
  type VerificationLimits,
} from '../../../../src/backends/prometheus/security/credential-verifier.js';

const scraper = '192.0.2.1';
/** Addresses in networks of their own, in one network of IPv4, and in one of IPv6 that has a client for each address. */
const spread = (i: number) => `10.${i >> 8}.${i & 255}.1`;
const neighbors = (i: number) => `198.51.100.${i % 256}`;
const rotating = (i: number) => `2001:db8:1:${i.toString(16)}::1`;

/** A verifier with a default queue whose hashes the test computes. */
function scene(limits: VerificationLimits = {}) {
  const verifier = createCredentialVerifier({ concurrency: 1, ...limits });
  const running: { readonly name: string; settle(outcome: boolean): void }[] = [];
  const verify = (name: string) => () =>
    new Promise<boolean>((settle) => {
      running.push({ name, settle });
    });
  let guesses = 0;
  let verified = 0;
  return {
    /** Sends a wrong password; without `password` one that no other request contains. */
    guess: (address: string, password = `guess ${guesses++}`) => void verifier(password, address, verify('guess')),
    scrape: (address = scraper) => verifier('right', address, verify('scraper')),
    /** Completes a verification, if one runs; reports whether it was that of the scraper. */
    async complete(): Promise<boolean> {
      const next = running.shift();
      next?.settle(next.name === 'scraper');
      if (next !== undefined) verified++;
      await nextTurn();
      return next?.name === 'scraper';
    },
    verified: () => verified,
  };
}

type Scene = ReturnType<typeof scene>;

/** Verifications in one second, each of 50 ms, as with bcrypt of cost 9. */
const perSecond = 20;
/** Verifications between two scrapes. */
const scrapeInterval = 15 * perSecond;

/**
 * Scrapes until the scraper is verified, with `between` before each verification. Returns how many verifications and
 * scrapes that took.
 */
async function scrapeThrough(
  { complete, scrape }: Scene,
  between: (round: number) => void = () => {},
  scrapeEvery = scrapeInterval,
) {
  let scrapes = 0;
  for (let round = 0; round < 5_000; round++) {
    if (round % scrapeEvery === 0) {
      scrapes++;
      void scrape();
    }
    between(round);
    if (await complete()) return { waitedFor: round, scrapes };
  }
  return { waitedFor: Number.POSITIVE_INFINITY, scrapes };
}

/** Each of `count` addresses sends `rounds` guesses, in turn. */
function flood({ guess }: Scene, addressOf: (i: number) => string, count: number, rounds = 1): void {
  for (let round = 0; round < rounds; round++) for (let i = 0; i < count; i++) guess(addressOf(i));
}

/** Each of `count` addresses sends its own guess once a second, evenly, in the given part of the time. */
function repeatEachSecond({ guess }: Scene, count: number, from: number, to: number): void {
  const perVerification = count / perSecond;
  for (let i = from * perVerification; i < to * perVerification; i++) guess(spread(i % count), `${i % count}`);
}

interface Flood {
  readonly name: string;
  /** Before the first scrape. */
  readonly before: (scene: Scene) => void;
  /** Before each verification after it. */
  readonly between?: (scene: Scene, round: number) => void;
  /** Verifications until the one of the scraper: the running one, and those during scrapes answered `busy`. */
  readonly waitedFor: number;
  readonly scrapes?: number;
  /** Verifications between two scrapes. */
  readonly scrapeEvery?: number;
}

const floods: readonly Flood[] = [
  { name: '1,000 new addresses that wait', before: (s) => flood(s, spread, 1_000), waitedFor: 1 },
  {
    name: '1,000 new addresses that attempt continuously',
    before: (s) => flood(s, spread, 1_000, 5),
    between: (s) => flood(s, spread, 1_000),
    waitedFor: 1,
  },
  {
    name: '1,000 addresses that become known while the scraper waits, and then attempt again',
    before: (s) => flood(s, spread, 500),
    between: (s, round) => {
      for (let i = 0; i < 50; i++) s.guess(spread((500 + round * 50 + i) % 1_000));
    },
    waitedFor: 301,
    scrapes: 2,
  },
  {
    name: '1,000 addresses that attempt as rarely as the scraper',
    before: (s) => flood(s, spread, 500),
    between: (s, round) => {
      for (let i = 0; i < 10; i++)
        if ((round * 10 + i) % 3 === 0) s.guess(spread((500 + (round * 10 + i) / 3) % 1_000));
    },
    waitedFor: 829,
    scrapes: 3,
  },
  {
    name: '250 addresses that send one guess each, after the scraper',
    before: (s) => s.guess(spread(0)),
    between: (s, round) => {
      if (round === 0) for (let i = 1; i <= 250; i++) s.guess(spread(i));
    },
    waitedFor: 2,
  },
  {
    name: '1,000 addresses that send one guess each, after the scraper',
    before: (s) => s.guess(spread(0)),
    between: (s, round) => {
      if (round === 0) for (let i = 1; i <= 1_000; i++) s.guess(spread(i));
    },
    waitedFor: 2,
  },
  {
    name: '100 addresses that send one guess each, before the scraper, and 100 after it',
    before: (s) => flood(s, spread, 100),
    between: (s, round) => {
      if (round === 0) for (let i = 100; i < 200; i++) s.guess(spread(i));
    },
    waitedFor: 151,
  },
  {
    name: '250 addresses that send one guess each, before the scraper, and 250 after it; hashes take a second',
    before: (s) => flood(s, spread, 250),
    between: (s, round) => {
      if (round === 0) for (let i = 250; i < 500; i++) s.guess(spread(i));
    },
    scrapeEvery: 15,
    waitedFor: 18,
    scrapes: 2,
  },
  {
    name: '1,000 addresses that repeat their guess each second, in the middle of their first second',
    before: (s) => repeatEachSecond(s, 1_000, 0, perSecond / 2),
    between: (s, round) => repeatEachSecond(s, 1_000, perSecond / 2 + round, perSecond / 2 + round + 1),
    waitedFor: 301,
    scrapes: 2,
  },
  {
    name: '1,000 addresses that repeat their guess each second, after their first second',
    before: (s) => repeatEachSecond(s, 1_000, 0, 5 * perSecond),
    between: (s, round) => repeatEachSecond(s, 1_000, round, round + 1),
    waitedFor: 1,
  },
  {
    name: 'a new address for each attempt, of one network of IPv6',
    before: (s) => flood(s, rotating, 2_000),
    between: (s, round) => {
      for (let i = 0; i < 20; i++) s.guess(rotating(2_000 + round * 20 + i));
    },
    waitedFor: 1,
  },
  {
    name: 'all addresses of one network of IPv4, continuously',
    before: (s) => flood(s, neighbors, 256),
    between: (s) => flood(s, neighbors, 256),
    waitedFor: 1,
  },
  {
    name: '1,000 addresses, and neighbors of the scraper',
    before: (s) => {
      for (let i = 2; i < 12; i++) s.guess(`192.0.2.${i}`);
      flood(s, spread, 1_000, 4);
    },
    between: (s) => flood(s, spread, 1_000),
    waitedFor: 1,
  },
];

test.each(floods)('a new scraper waits for $waitedFor: $name', async (flooding) => {
  const { before, between, waitedFor, scrapes = 1, scrapeEvery } = flooding;
  const flooded = scene();
  before(flooded);
  expect(await scrapeThrough(flooded, (round) => between?.(flooded, round), scrapeEvery)).toEqual({
    waitedFor,
    scrapes,
  });
});

test('with two verifications at a time, the scraper takes the first free slot', async () => {
  const flooded = scene({ concurrency: 2 });
  flood(flooded, spread, 1_000);
  expect(await scrapeThrough(flooded)).toEqual({ waitedFor: 2, scrapes: 1 });
});

test('a scraper that was refused waits for its turn as the oldest while new addresses arrive faster than hashes', async () => {
  const flooded = scene();
  flooded.guess(scraper);
  await flooded.complete();
  flood(flooded, spread, 50);
  const between = (round: number) => {
    for (let i = 0; i < 2; i++) flooded.guess(spread(50 + round * 2 + i));
  };
  expect(await scrapeThrough(flooded, between)).toEqual({ waitedFor: 149, scrapes: 1 });
});

test('a repeated scrape joins the one that waits', async () => {
  const flooded = scene();
  flooded.guess(spread(0));
  const scrapes = [flooded.scrape(), flooded.scrape(), flooded.scrape()];
  expect([await flooded.complete(), await flooded.complete()]).toEqual([false, true]);
  expect(await Promise.all(scrapes)).toEqual([true, true, true]);
  expect(flooded.verified()).toBe(2);
});

test('a scraper whose repetitions exceed the attempts of others keeps its place among the oldest', async () => {
  const flooded = scene();
  flooded.guess(spread(0));
  for (let i = 0; i < 3; i++) void flooded.scrape();
  const between = (round: number) => {
    for (let i = 1; i <= 10; i++) flooded.guess(spread(round * 10 + i));
  };
  expect(await scrapeThrough(flooded, between)).toEqual({ waitedFor: 2, scrapes: 1 });
});

test('scrapers with the same password at two addresses are verified once', async () => {
  const flooded = scene({ concurrency: 1 });
  flooded.guess(spread(0));
  const scrapes = [flooded.scrape(), flooded.scrape('203.0.113.1')];
  expect([await flooded.complete(), await flooded.complete()]).toEqual([false, true]);
  expect(await Promise.all(scrapes)).toEqual([true, true]);
  expect(flooded.verified()).toBe(2);
});

test('a scraper that was accepted is answered without a verification', async () => {
  const flooded = scene();
  const first = flooded.scrape();
  await flooded.complete();
  expect(await first).toBe(true);
  flood(flooded, spread, 1_000, 3);
  expect(await flooded.scrape()).toBe(true);
  expect(flooded.verified()).toBe(1);
});
