/**
 * Limits the cost of password verification: caches accepted credentials, verifies those that a client repeats once, and
 * bounds the number of hashes computed at a time.
 *
 * A scraper therefore pays for the hash once, and wrong passwords cannot exhaust CPU, memory or threads of the
 * application.
 */

import { clientOf } from './client-networks.js';
import { type Verification, VerificationQueue } from './verification-queue.js';

/**
 * Verifies credentials with `verify`, unless the outcome is cached. Never rejects: a failure of `verify` gives `busy`.
 *
 * `address` is the address of the client; clients share the verifications fairly.
 */
export type CredentialVerifier = (
  credentials: string,
  address: string,
  verify: () => Promise<boolean>,
) => Promise<Verification>;

/** Limits of a verifier. */
export interface VerificationLimits {
  /** Number of hashes computed at a time, 2 by default. scrypt shares four threads with files and name resolution. */
  readonly concurrency?: number;
  /** Number of verifications that may wait, 256 by default. */
  readonly maxQueued?: number;
  /** Number of accepted credentials in the cache, 64 by default; the least recently used ones are evicted. */
  readonly maxCached?: number;
}

/** Creates a verifier with its own cache. A change of users or passwords requires a new verifier. */
export function createCredentialVerifier(limits: VerificationLimits = {}): CredentialVerifier {
  const { concurrency = 2, maxQueued = 256, maxCached = 64 } = limits;
  const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');
  // A keyed digest: neither a memory dump nor the time of a lookup reveals credentials.
  const secret = randomBytes(32);
  const accepted = new Set<string>();
  /** By client and digest: a client that repeats its attempt keeps its place in the queue. */
  const inProgress = new Map<string, Promise<Verification>>();
  const queue = new VerificationQueue({ concurrency, maxQueued });

  async function decide(digest: string, address: string, verify: () => Promise<boolean>): Promise<Verification> {
    try {
      return await queue.run(address, async () => {
        // Another client with the same credentials may have been accepted while this one waited.
        const isAccepted = accepted.has(digest) || (await verify());
        if (isAccepted) touch(digest);
        return isAccepted;
      });
    } catch {
      return 'busy';
    }
  }

  /** Adds an entry to the cache or marks it as most recently used. */
  function touch(digest: string): void {
    accepted.delete(digest);
    accepted.add(digest);
    for (const oldest of accepted) {
      if (accepted.size <= maxCached) break;
      accepted.delete(oldest);
    }
  }

  return async (credentials, address, verify) => {
    const digest = createHmac('sha256', secret).update(credentials).digest('base64');
    if (accepted.has(digest)) {
      touch(digest);
      queue.accept(address);
      return true;
    }
    const key = `${clientOf(address)} ${digest}`;
    const repeated = inProgress.get(key);
    if (repeated !== undefined) {
      queue.countAttempt(address);
      return repeated;
    }
    const decision = decide(digest, address, verify).finally(() => inProgress.delete(key));
    inProgress.set(key, decision);
    return decision;
  };
}
