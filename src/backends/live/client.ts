/** A client of the feed: its subscription, and what it has received. */
import { intervalMs } from './live-history.js';
import type { PageView, Subscription } from './messages.js';
import type { Where } from './page-series.js';

/** Message that a client gets before its next updates; `past` is a history that has the metrics. */
type Pending = 'model' | 'past' | 'history' | 'update';

/** Client keeps the state of one watch. */
export class Client {
  readonly send: (frame: Buffer, isState: boolean) => void;
  /** Equal for clients that get the same messages. */
  key = '';
  subscription: Omit<Subscription, 'type'> = {};
  pending: Pending | undefined;
  /** True once updates may be sent. */
  isReady = false;
  /** Version of the model that the client has, and when it was sent. */
  modelVersion: number | undefined;
  modelMs = 0;
  /** True once the client has the past values of metrics with the current conditions. */
  hasPast = false;
  /** Number of the collection that the client's intervals are counted from. */
  firstTick = 0;
  #intervals = 1;

  constructor(send: Client['send']) {
    this.send = send;
  }

  get where(): Where {
    return this.subscription.where ?? {};
  }

  /** Present if the client is the page. */
  get view(): PageView | undefined {
    return this.subscription.page;
  }

  /** Replaces the subscription. */
  subscribe({ packs, metrics, where, interval_ms, page }: Partial<Subscription>): void {
    // The page drops its values when the conditions change, also when it returns to conditions of before.
    if (JSON.stringify(where) !== JSON.stringify(this.subscription.where)) this.hasPast = false;
    this.subscription = {
      ...(packs === undefined ? {} : { packs }),
      ...(metrics === undefined ? {} : { metrics }),
      ...(where === undefined ? {} : { where }),
      ...(page === undefined ? {} : { page: viewOf(page) }),
    };
    this.#intervals = Math.max(1, Math.round((interval_ms ?? intervalMs) / intervalMs));
    this.key = JSON.stringify([this.subscription, this.#intervals]);
    if (page === undefined) this.pending = 'update';
    else if (this.modelVersion === undefined) this.pending = 'model';
    else this.pending = this.hasPast ? 'history' : 'past';
    this.isReady = false;
  }

  /** True if a collection is one whose values the client gets. */
  isDue(tick: number): boolean {
    return this.isReady && (tick - this.firstTick) % this.#intervals === 0;
  }
}

function viewOf({ dashboard, metric }: PageView): PageView {
  return { ...(dashboard === undefined ? {} : { dashboard }), ...(metric === undefined ? {} : { metric }) };
}
