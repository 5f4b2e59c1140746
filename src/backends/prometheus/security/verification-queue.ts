/**
 * Queue of password verifications: runs a few at a time, and shares them fairly among client addresses, so that wrong
 * passwords of some clients do not keep out others.
 *
 * Each address has one place in the queue, whatever the others send. Addresses whose credentials were accepted come first,
 * then those that were not refused yet, then those with the fewest refusals.
 */

/** The outcome; `busy` when the queue is full or the verification failed. */
export type Verification = boolean | 'busy';

/** Limits of a queue. */
export interface QueueLimits {
  /** Number of verifications that run at a time. */
  readonly concurrency: number;
  /** Number of verifications that may wait, besides the first one of each address. */
  readonly maxQueued: number;
}

/** A verification that waits. */
interface Waiting {
  readonly address: string;
  /** Runs the verification, or ends it as `busy`. */
  settle(runs: boolean): void;
}

/** Number of addresses that may wait at a time. */
const maxWaitingAddresses = 1_024;
/** Number of addresses whose outcomes are kept; the least recent ones are evicted. */
const maxKnownAddresses = 4_096;
const accepted = -1;

/** Runs verifications in a fair order. */
export class VerificationQueue {
  readonly #limits: QueueLimits;
  /** In order of arrival. */
  readonly #waiting: Waiting[] = [];
  /** Number of refusals by address; `accepted` for an address whose latest credentials were accepted. */
  readonly #refusals = new Map<string, number>();
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs `verify` when it is the turn of the address. Rejects with the error of `verify`. */
  async run(address: string, verify: () => Promise<boolean>): Promise<Verification> {
    const client = networkOf(address);
    if (this.#running >= this.#limits.concurrency) {
      if (!this.#makeRoom(client)) return 'busy';
      const runs = await new Promise<boolean>((settle) => this.#waiting.push({ address: client, settle }));
      if (!runs) return 'busy';
    } else {
      this.#running++;
    }
    try {
      const outcome = await verify();
      this.#note(client, outcome ? accepted : Math.max(0, this.#refusals.get(client) ?? 0) + 1);
      return outcome;
    } finally {
      // A finished verification hands its slot to a waiting one, so one that arrives meanwhile cannot take it.
      const next = this.#removeBest();
      if (next === undefined) this.#running--;
      else next.settle(true);
    }
  }

  /** Gives an address priority: its credentials were accepted without a verification. */
  accept(address: string): void {
    this.#note(networkOf(address), accepted);
  }

  #note(client: string, refusals: number): void {
    this.#refusals.delete(client);
    this.#refusals.set(client, refusals);
    if (this.#refusals.size > maxKnownAddresses) {
      for (const oldest of this.#refusals.keys()) {
        this.#refusals.delete(oldest);
        break;
      }
    }
  }

  /** Reports whether one more verification of a client may wait; removes a worse one from a full queue. */
  #makeRoom(client: string): boolean {
    if (this.#waiting.length < this.#limits.maxQueued) return true;
    const ranks = this.#ranks();
    const own = this.#waiting.filter(({ address }) => address === client).length;
    const worst = ranks.reduce((found, rank, index) => (rank >= (ranks[found] ?? -2) ? index : found), 0);
    if ((ranks[worst] ?? accepted) > (this.#refusals.get(client) ?? 0) + own) {
      this.#waiting.splice(worst, 1)[0]?.settle(false);
      return true;
    }
    return own === 0 && this.#waiting.length < this.#limits.maxQueued + maxWaitingAddresses;
  }

  #removeBest(): Waiting | undefined {
    const ranks = this.#ranks();
    const best = ranks.indexOf(Math.min(...ranks));
    return best === -1 ? undefined : this.#waiting.splice(best, 1)[0];
  }

  /** Returns a number for each waiting verification: the refusals of its client, and its waiting ones before it. */
  #ranks(): readonly number[] {
    const before = new Map<string, number>();
    return this.#waiting.map(({ address }) => {
      const count = before.get(address) ?? 0;
      before.set(address, count + 1);
      return (this.#refusals.get(address) ?? 0) + count;
    });
  }
}

/** Returns the part of an address that identifies a client: of IPv6, the network of 64 bits that a client chooses from. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = (address.split('%')[0] as string).toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
