/**
 * Queue of password verifications: runs a few at a time, in an order that lets a new scraper through a flood of wrong
 * passwords.
 *
 * Clients whose credentials were accepted come first, and refused clients last. Between them, a client ranks by its
 * attempts, times the attempts of its network: a scraper sends one attempt and waits, while guesses need an attempt each,
 * and a client that changes its address stays in its network. An attempt that repeats a waiting one counts too.
 *
 * Three take turns: the newest of the first in this order, the oldest of all, and the newest that was not refused. In order
 * of arrival alone, a scraper would wait for every address of the flood before it, longer than any scrape lasts; from the
 * newest to the oldest, for every address after it; in the order of attempts, a scraper that repeats its scrape would wait
 * for every address that attempts once. If the queue is full, the middle one of the last equals is answered `busy`, and may
 * try again.
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
  /** Number of verifications that waited and have run. */
  #turn = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs `verify` when it is the turn of the client at `address`. Rejects with the error of `verify`. */
  async run(address: string, verify: () => Promise<boolean>): Promise<Verification> {
    const client = clientOf(address);
    const network = networkOf(address);
    this.countAttempt(address);
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

  /** Counts an attempt of the client at an address; `run` counts its own. */
  countAttempt(address: string): void {
    const client = clientOf(address);
    const network = networkOf(address);
    const { attempts, isRefused } = this.#clients.get(client) ?? { attempts: 0, isRefused: false };
    keep(this.#clients, client, { attempts: attempts + 1, isRefused });
    keep(this.#networks, network, (this.#networks.get(network) ?? 0) + 1);
  }

  /** Gives the client at an address priority: its credentials were accepted. */
  accept(address: string): void {
    keep(this.#clients, clientOf(address), accepted);
    this.#networks.delete(networkOf(address));
  }

  /** Adds a verification, and ends one of the last in the order if more wait than may. */
  #wait(verification: Waiting): void {
    this.#waiting.push(verification);
    if (this.#waiting.length <= this.#limits.maxQueued) return;
    const last = this.#equals((rank, chosen) => rank > chosen);
    this.#remove(last[last.length >> 1])?.settle(false);
  }

  /** Removes the verification whose turn it is. */
  #removeFirst(): Waiting | undefined {
    const ranks = this.#ranks();
    const first = this.#equals((rank, chosen) => rank < chosen).at(-1);
    if (first === undefined || ranks[first] === 0) return this.#remove(first);
    const turns = [first, 0, ranks.findLastIndex((rank) => rank < refusedRank)];
    const next = turns[this.#turn++ % turns.length] as number;
    return this.#remove(next === -1 ? first : next);
  }

  #remove(index: number | undefined): Waiting | undefined {
    return index === undefined ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** Returns the indexes of the verifications with the lowest or highest rank, the oldest first. */
  #equals(precedes: (rank: number, chosen: number) => boolean): readonly number[] {
    const ranks = this.#ranks();
    const chosen = ranks.reduce((best, rank) => (precedes(rank, best) ? rank : best), ranks[0] ?? 0);
    return ranks.flatMap((rank, index) => (rank === chosen ? index : []));
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
