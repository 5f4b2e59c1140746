/**
 * When a password is hashed at all: never again once it was right, once for all who send the same at the same time, and
 * only a few at a time.
 *
 * A scraper so pays for the hash once, and wrong passwords cannot take the processors, the memory or the threads of the
 * application.
 */

/** The outcome; `busy` when too many others wait. */
export type Verification = boolean | 'busy';

/** Verifies credentials by `verify` unless the outcome is known. Never rejects: what fails is `busy`. */
export type Verifications = (credentials: string, verify: () => Promise<boolean>) => Promise<Verification>;

/** How many. */
export interface VerificationLimits {
  /** Hashes computed at once. The thread pool that scrypt shares with files and name resolution has four threads. */
  readonly atOnce?: number;
  /** Verifications that may wait for their turn. */
  readonly waiting?: number;
  /** Credentials that are remembered to be right; of more, those not seen for the longest time are forgotten. */
  readonly remembered?: number;
}

/** Keeps a memory of its own: whoever changes users or passwords makes a new one. */
export function limitVerifications(limits: VerificationLimits = {}): Verifications {
  const { atOnce = 2, waiting = 64, remembered = 64 } = limits;
  const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');
  // Keyed, so that neither a copy of the memory nor the time of a look-up tells anything about credentials.
  const key = randomBytes(32);
  const verified = new Set<string>();
  const underWay = new Map<string, Promise<Verification>>();
  const inTurn = takeTurns(atOnce, waiting);

  async function decide(digest: string, verify: () => Promise<boolean>): Promise<Verification> {
    try {
      const outcome = await inTurn(verify);
      if (outcome === true) remember(digest);
      return outcome;
    } catch {
      return 'busy';
    } finally {
      underWay.delete(digest);
    }
  }

  /** Also moves to the end what is remembered already. */
  function remember(digest: string): void {
    verified.delete(digest);
    verified.add(digest);
    if (verified.size > remembered) verified.delete(verified.values().next().value as string);
  }

  return async (credentials, verify) => {
    const digest = createHmac('sha256', key).update(credentials).digest('base64');
    if (verified.has(digest)) {
      remember(digest);
      return true;
    }
    const joined = underWay.get(digest);
    if (joined !== undefined) return joined;
    const decision = decide(digest, verify);
    underWay.set(digest, decision);
    return decision;
  };
}

/** Runs tasks, `atOnce` of them at a time and in order; `busy` for one that finds `waiting` before it. */
function takeTurns(atOnce: number, waiting: number): <T>(task: () => Promise<T>) => Promise<T | 'busy'> {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) return 'busy';
      // The turn is handed over by whoever ends, so that nobody who comes just then takes it.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running++;
    }
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
