/**
 * Queue of password verifications: runs a few at a time, in an order that lets a new scraper through a flood of wrong
 * passwords.
 *
 * Clients whose credentials were accepted come first, and refused clients last. Between them, a client ranks by its
 * attempts, times the attempts of its network: a scraper sends one attempt and waits, while guesses need an attempt each,
 * and a client that changes its address stays in its network. Among equals the newest comes first. In order of arrival, a
 * scraper would wait for every address of the flood before it, longer than any scrape lasts. A scraper that newer
 * addresses overtake comes before each of them that attempts again or is refused, so each delays it once at most. If the
 * queue is full, the last in this order is answered `busy`, and may try again.
 */
import { clientOf, networkOf } from './client-networks.js';

/** The outcome; `busy` when other verifications come first in a full queue or the verification failed. */
export type Verification = boolean | 'busy';

/** Limits of a queue. */
export interface QueueLimits {
  /** Number of verifications that run at a time. */
  readonly concurrency: number;
  /** Number of verifications that wait. */
  readonly maxQueued: number;
}

/** A verification that waits. */
interface Waiting {
  readonly client: string;
  readonly network: string;
  /** Runs the verification, or ends it as `busy`. */
  settle(runs: boolean): void;
}

/** State of a client since its last accepted attempt. */
interface Client {
  readonly attempts: number;
  readonly isRefused: boolean;
}

/** Number of clients, and of networks, whose attempts are counted; the least recent ones are evicted. */
const maxCounted = 4_096;
/** A client that was accepted: its next attempt is number 0, which ranks before any other. */
const accepted: Client = { attempts: -1, isRefused: false };
/** Added to the ranks of refused clients. */
const refusedRank = 2 ** 40;

/** Runs verifications in the order of their clients' ranks. */
export class VerificationQueue {
  readonly #limits: QueueLimits;
  /** In order of arrival. */
  readonly #waiting: Waiting[] = [];
  readonly #clients = new Map<string, Client>();
  /** Attempts by network since an accepted one of any of its clients. */
  readonly #networks = new Map<string, number>();
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs `verify` when it is the turn of the client at `address`. Rejects with the error of `verify`. */
  async run(address: string, verify: () => Promise<boolean>): Promise<Verification> {
    const client = clientOf(address);
    const network = networkOf(address);
    const { attempts, isRefused } = this.#clients.get(client) ?? { attempts: 0, isRefused: false };
    keep(this.#clients, client, { attempts: attempts + 1, isRefused });
    keep(this.#networks, network, (this.#networks.get(network) ?? 0) + 1);
    if (this.#running >= this.#limits.concurrency) {
      if (!(await new Promise<boolean>((settle) => this.#wait({ client, network, settle })))) return 'busy';
    } else {
      this.#running++;
    }
    try {
      const outcome = await verify();
      if (outcome) this.accept(address);
      else keep(this.#clients, client, { attempts: this.#clients.get(client)?.attempts ?? 1, isRefused: true });
      return outcome;
    } finally {
      // A finished verification hands its slot to a waiting one, so one that arrives meanwhile cannot take it.
      const next = this.#removeFirst();
      if (next === undefined) this.#running--;
      else next.settle(true);
    }
  }

  /** Gives the client at an address priority: its credentials were accepted. */
  accept(address: string): void {
    keep(this.#clients, clientOf(address), accepted);
    this.#networks.delete(networkOf(address));
  }

  /** Adds a verification, and ends the last one in the order if more wait than may. */
  #wait(verification: Waiting): void {
    this.#waiting.push(verification);
    if (this.#waiting.length <= this.#limits.maxQueued) return;
    const ranks = this.#ranks();
    this.#remove(ranks.indexOf(ranks.reduce((high, rank) => Math.max(high, rank))))?.settle(false);
  }

  /** Removes the first verification in the order. */
  #removeFirst(): Waiting | undefined {
    const ranks = this.#ranks();
    return this.#remove(ranks.lastIndexOf(ranks.reduce((low, rank) => Math.min(low, rank), Number.POSITIVE_INFINITY)));
  }

  #remove(index: number): Waiting | undefined {
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** Returns the ranks of the waiting verifications, which change with each attempt of a client or network. */
  #ranks(): readonly number[] {
    return this.#waiting.map(({ client, network }) => {
      const { attempts = 1, isRefused = false } = this.#clients.get(client) ?? {};
      return attempts * (this.#networks.get(network) ?? 1) + (isRefused ? refusedRank : 0);
    });
  }
}

/** Sets the value of a client or network, and evicts the least recent one of too many. */
function keep<V>(values: Map<string, V>, key: string, value: V): void {
  values.delete(key);
  values.set(key, value);
  if (values.size <= maxCounted) return;
  for (const oldest of values.keys()) {
    values.delete(oldest);
    break;
  }
}
