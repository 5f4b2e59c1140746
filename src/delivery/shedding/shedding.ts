/**
 * Circuit breaking under load: when deliveries take nearly all the time there is between them, detail is left out in a
 * stated order, counted, and comes back when there is time again.
 *
 * 1. exemplars;
 * 2. attributes whose values are open, `text` and `integer({ limit })`: their points become one, and sums stay exact;
 * 3. metrics that were declared with `priority: 'low'`.
 */

import type { Collected } from '../../model/collected.js';
import type { PointVisitor } from '../../model/points.js';
import { ResourceMetricsBuilder } from '../../model/resource-metrics.js';
import type { DeliveryAccount } from '../account.js';
import type { ShedCounts } from '../contract.js';
import { SheddingVisitor } from './shedding-visitor.js';

/** What is left out at each step, on top of the steps before. */
const steps = ['exemplars', 'attributes', 'metrics'] as const;

/** Of the time between two deliveries, what one that is behind takes, and at most one that is calm. */
const behind = 0.8;
const calm = 0.4;
/** So many calm ones in a row undo a step. */
const calmToUndo = 3;

/** Watches the deliveries of one reader, and thins out what it collects. */
export class Shedding {
  readonly #intervalMs: number;
  readonly #deliveries: Pick<DeliveryAccount, 'shed'>;
  readonly #counts = { exemplars: 0, attributes: 0, metrics: 0 };
  /** How many of the steps are taken. */
  #taken = 0;
  #calm = 0;
  /** Kept from one collection to the next, because encoders know series by their attribute objects. */
  readonly #visitor = new SheddingVisitor(this.#counts);

  /**
   * @param intervalMs the time that there is for a delivery.
   * @param deliveries the account in which it is entered what is left out.
   */
  constructor(intervalMs: number, deliveries: Pick<DeliveryAccount, 'shed' | 'trackShed'>) {
    this.#intervalMs = intervalMs;
    this.#deliveries = deliveries;
    deliveries.trackShed(() => this.status());
  }

  /** What was left out so far, and what is left out now. */
  status(): ShedCounts {
    return { ...this.#counts, now: steps.slice(0, this.#taken) };
  }

  /** Enters how long an accepted delivery took. One that failed says nothing of load: its endpoint may be down. */
  delivered(durationMs: number): void {
    const share = durationMs / this.#intervalMs;
    this.#calm = share <= calm ? this.#calm + 1 : 0;
    if (share >= behind && this.#taken < steps.length) {
      this.#taken++;
      this.#deliveries.shed(
        `a delivery took ${Math.round(durationMs)} ms of ${this.#intervalMs}; left out from now on: ${steps.slice(0, this.#taken).join(', ')}`,
      );
    } else if (this.#calm >= calmToUndo && this.#taken > 0) {
      this.#taken--;
      this.#calm = 0;
      if (this.#taken === 0) this.#deliveries.shed('deliveries have time again; nothing is left out');
    }
  }

  /** The collection without what is left out now. */
  over(collected: Collected): Collected {
    if (this.#taken === 0) return collected;
    const taken = this.#taken;
    const walk = (visitor: PointVisitor) => collected.walk(this.#visitor.before(visitor, taken));
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
