/** The conformance suite: creates the cases for one backend. */

import { unknownName } from '../../errors/nearest.js';
import { renderProblem, requireArgument } from '../../errors.js';
import {
  deliversEveryKind,
  deliversExponential,
  deliversExtremeNumbers,
  deliversHostileText,
  sendsNothing,
} from './cases/arrival.js';
import {
  doesNotKeepProcessAlive,
  leavesNothingOpen,
  sendsSequentially,
  shutsDownOnce,
  startsWithoutNetwork,
} from './cases/lifecycle.js';
import { accountsForPoints, closing, failing, hanging, refusing, throttling, unreachable } from './cases/outages.js';
import { revealsNoSecret } from './cases/secrets.js';
import { type BackendSubject, type ConformanceCaseName, caseNames } from './subject.js';

/** One case, for any test runner. */
export interface ConformanceCase {
  readonly name: ConformanceCaseName;
  /** Reason why the case is skipped; `undefined` for a case that runs. */
  readonly skipped: string | undefined;
  /** Runs the case; rejects with the first failure. Resolves at once when skipped. A passing case takes seconds at most. */
  run(): Promise<void>;
}

/** Cases by name. A case with `peer` needs a backend that sends requests to the fake peer. */
const cases: Readonly<
  Record<ConformanceCaseName, { readonly peer?: true; run(subject: BackendSubject): Promise<void> }>
> = {
  'starts without touching the network': { run: startsWithoutNetwork },
  'sends nothing when nothing was recorded': { run: sendsNothing },
  'delivers every instrument kind': { run: deliversEveryKind },
  'delivers exponential histograms': { run: deliversExponential },
  'delivers hostile names, keys and values': { run: deliversHostileText },
  'delivers extreme numbers': { run: deliversExtremeNumbers },
  'recovers after the peer refuses requests': { peer: true, run: refusing },
  'recovers after the peer throttles requests': { peer: true, run: throttling },
  'recovers after the peer fails with server errors': { peer: true, run: failing },
  'recovers after the peer hangs': { peer: true, run: hanging },
  'recovers after the peer closes connections': { peer: true, run: closing },
  'recovers after the peer is unreachable': { peer: true, run: unreachable },
  'accounts for every point': { peer: true, run: accountsForPoints },
  'has at most one delivery in flight': { peer: true, run: sendsSequentially },
  'shuts down once when called repeatedly': { run: shutsDownOnce },
  'leaves nothing open after shutdown': { run: leavesNothingOpen },
  'does not keep the process alive': { run: doesNotKeepProcessAlive },
  'reveals no secret': { run: revealsNoSecret },
};

/**
 * Returns the conformance cases for a backend, for any test runner.
 *
 * Each case starts the backend with isolated metrics, records, and checks the delivered points and the status.
 *
 * Run the cases sequentially: some inspect the open handles of the process. Cases about a misbehaving peer are skipped for
 * backends that send no requests. `skip` skips other cases.
 *
 * @throws {TypeError} when `skip` contains an unknown case or an empty reason.
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
  const isSubject = typeof Object(subject).create === 'function';
  requireArgument('backendConformance: subject', subject, isSubject, 'an object with create() and arrived()');
  const { skip = {}, delivery = 'http' } = subject;
  for (const [name, reason] of Object.entries(skip)) {
    if (!caseNames.includes(name as ConformanceCaseName)) {
      throw new TypeError(`skip: ${renderProblem(unknownName(`"${name}"`, name, 'a known case', caseNames))}`);
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TypeError(`skip: "${name}": expected a non-empty reason`);
    }
  }
  return caseNames.map((name) => {
    const { peer, run } = cases[name];
    const withoutPeer = peer && delivery !== 'http' ? 'the backend sends no requests to a peer' : undefined;
    const skipped = skip[name] ?? withoutPeer;
    return { name, skipped, run: async () => (skipped === undefined ? run(subject) : undefined) };
  });
}
