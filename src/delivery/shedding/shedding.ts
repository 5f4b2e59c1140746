/**
 * Load shedding: when deliveries take almost the whole interval, detail is dropped in a fixed order, counted, and
 * restored when deliveries are fast again.
 *
 * 1. exemplars;
 * 2. attributes with open values, `text` and `integer({ limit })`: their points are merged, and sums stay exact;
 * 3. metrics declared with `priority: 'low'`.
 */
import type { Collected } from '../../model/collected.js';
import type { PointVisitor } from '../../model/points.js';
import { ResourceMetricsBuilder } from '../../model/resource-metrics.js';
import type { DeliveryAccount } from '../account.js';
import type { ShedCounts } from '../contract.js';
import { SheddingVisitor } from './shedding-visitor.js';

/** Detail that each step drops, in addition to earlier steps. */
const steps = ['exemplars', 'attributes', 'metrics'] as const;

/** Shares of the interval: from `slow` on a delivery adds a step, up to `fast` it counts towards removing one. */
const slow = 0.8;
const fast = 0.4;
/** Consecutive fast deliveries that remove a step. */
const fastToRestore = 3;

/** Shedding observes the duration of deliveries of one reader, and reduces its collections. */
export class Shedding {
  readonly #intervalMs: number;
  readonly #noun: string;
  readonly #deliveries: Pick<DeliveryAccount, 'shed'>;
  readonly #counts = { exemplars: 0, attributes: 0, metrics: 0 };
  /** Number of active steps. */
  #active = 0;
  /** Number of consecutive fast deliveries. */
  #fast = 0;
  /** Reused by all collections, because encoders cache by the identity of series. */
  readonly #visitor = new SheddingVisitor(this.#counts);

  /**
   * @param intervalMs time for one delivery.
   * @param deliveries receives the counts of dropped detail.
   * @param noun word for a delivery in messages.
   */
  constructor(
    intervalMs: number,
    deliveries: Pick<DeliveryAccount, 'shed' | 'trackShed'>,
    noun: 'export' | 'scrape' = 'export',
  ) {
    this.#intervalMs = intervalMs;
    this.#noun = noun;
    this.#deliveries = deliveries;
    deliveries.trackShed(() => this.status());
  }

  /** Returns the counts of dropped detail, and the active steps. */
  status(): ShedCounts {
    return { ...this.#counts, now: steps.slice(0, this.#active) };
  }

  /** Records the duration of an accepted delivery. Failed deliveries do not count: their endpoint may be down. */
  delivered(durationMs: number): void {
    const share = durationMs / this.#intervalMs;
    this.#fast = share <= fast ? this.#fast + 1 : 0;
    if (share >= slow && this.#active < steps.length) {
      this.#active++;
      this.#deliveries.shed(
        `load shedding: ${this.#noun === 'export' ? 'an' : 'a'} ${this.#noun} took ${Math.round(durationMs)} of ${this.#intervalMs} ms; ` +
          `dropping ${steps.slice(0, this.#active).join(', ')} until ${this.#noun}s are faster`,
      );
    } else if (this.#fast >= fastToRestore && this.#active > 0) {
      this.#active--;
      this.#fast = 0;
      if (this.#active === 0) this.#deliveries.shed(`load shedding: ${this.#noun}s are fast again; nothing is dropped`);
    }
  }

  /** Returns the collection without the dropped detail. */
  over(collected: Collected): Collected {
    if (this.#active === 0) return collected;
    const active = this.#active;
    const walk = (visitor: PointVisitor) => collected.walk(this.#visitor.before(visitor, active));
    return {
      resource: collected.resource,
      errors: collected.errors,
      walk,
      async resourceMetrics() {
        const builder = new ResourceMetricsBuilder();
        await walk(builder);
        return builder.result();
      },
      accept: () => collected.accept(),
      reject: () => collected.reject(),
    };
  }
}
