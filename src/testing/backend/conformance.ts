/** The suite: a backend in, cases out. */
import {
  deliversEveryKind,
  deliversExponential,
  deliversExtremeNumbers,
  sendsNothing,
  survivesHostileText,
} from './cases/arrival.js';
import { endsOnce, keepsNothingAlive, leavesNothingOpen, startsQuietly, takesTurns } from './cases/lifecycle.js';
import { absent, accountsForPoints, closing, failing, hanging, refused, throttling } from './cases/outages.js';
import { keepsSecrets } from './cases/secrets.js';
import { type BackendSubject, type ConformanceCaseName, caseNames } from './subject.js';

/** One case, for any test runner. */
export interface ConformanceCase {
  readonly name: ConformanceCaseName;
  /** Why it does not hold for this backend; `undefined` when it does. */
  readonly skipped: string | undefined;
  /** Rejects with what is wrong; resolves at once when it is skipped. Lasts a few seconds at most. */
  run(): Promise<void>;
}

/** `peer` are cases for backends that send requests to a peer, which then misbehaves. */
const cases: Readonly<
  Record<ConformanceCaseName, { readonly peer?: true; run(subject: BackendSubject): Promise<void> }>
> = {
  'starts without touching the network': { run: startsQuietly },
  'sends nothing when there is nothing': { run: sendsNothing },
  'delivers every kind of point': { run: deliversEveryKind },
  'delivers exponential histograms': { run: deliversExponential },
  'loses no sample to hostile text': { run: survivesHostileText },
  'delivers extreme numbers': { run: deliversExtremeNumbers },
  'goes on when the peer refuses': { peer: true, run: refused },
  'goes on when the peer throttles': { peer: true, run: throttling },
  'goes on when the peer fails': { peer: true, run: failing },
  'goes on when the peer hangs': { peer: true, run: hanging },
  'goes on when the peer closes connections': { peer: true, run: closing },
  'goes on when the peer is absent': { peer: true, run: absent },
  'accounts for every point': { peer: true, run: accountsForPoints },
  'has one delivery at a time': { peer: true, run: takesTurns },
  'ends once, however often it is told': { run: endsOnce },
  'leaves nothing open': { run: leavesNothingOpen },
  'keeps no process alive': { run: keepsNothingAlive },
  'keeps secrets': { run: keepsSecrets },
};

/**
 * What every backend must pass, as cases for any test runner: each starts the backend in a set of metrics of its own,
 * records, and looks at what arrives and at what the backend says of itself.
 *
 * Run them one after another: they look at what the process holds open. Cases about a peer that misbehaves are skipped
 * for backends that send no requests; others are by `skip`, with a reason.
 *
 * @throws {TypeError} when `skip` names a case that there is not, or gives no reason.
 *
 * @example
 * import { backendConformance } from 'otelier/testing/backend';
 * import { test } from 'vitest';
 * import { influx, readLines } from '../src/influx.js';
 * for (const { name, skipped, run } of backendConformance({
 *   create: ({ url, secret }) => influx({ url, token: secret }),
 *   arrived: ({ requests }) => requests.flatMap(({ body }) => readLines(body.toString())),
 * })) {
 *   test.skipIf(skipped)(name, run);
 * }
 */
export function backendConformance(subject: BackendSubject): ConformanceCase[] {
  const { skip = {}, delivery = 'http' } = subject;
  for (const [name, reason] of Object.entries(skip)) {
    if (!caseNames.includes(name as ConformanceCaseName)) throw new TypeError(`skip: there is no case '${name}'`);
    if (typeof reason !== 'string' || reason.trim() === '') throw new TypeError(`skip: '${name}' needs a reason`);
  }
  return caseNames.map((name) => {
    const { peer, run } = cases[name];
    const needless = peer && delivery !== 'http' ? 'it sends no requests to a peer' : undefined;
    const skipped = skip[name] ?? needless;
    return { name, skipped, run: async () => (skipped === undefined ? run(subject) : undefined) };
  });
}
