/** What was recorded since the start, as the summary tells it. */

import { isAmount } from '../kit/refusal.js';
import type { AgentSummary } from './events.js';

/** Sums and counts; values that the metrics refuse are left out here as well. */
export class Totals {
  readonly #quality = new Mean();
  readonly #latencyMs = new Mean();
  readonly #success = new Mean();
  readonly #hits = new Mean();
  #tasksUsd = 0;

  /** Enters a task that ended. */
  task(latencyMs: unknown, ok: unknown, quality: unknown, costUsd: unknown): void {
    this.#latencyMs.add(latencyMs);
    this.#quality.add(quality);
    if (typeof ok === 'boolean') this.#success.add(ok ? 1 : 0);
    if (isAmount(costUsd)) this.#tasksUsd += costUsd;
  }

  /** Enters a look-up in a cache. */
  lookup(hit: boolean): void {
    this.#hits.add(hit ? 1 : 0);
  }

  /** @param callsUsd what calls of agents cost. */
  summary(callsUsd: number): AgentSummary {
    return {
      avg_quality: this.#quality.value(),
      avg_latency_ms: this.#latencyMs.value(),
      success_rate: this.#success.value(100),
      // Tasks cost what their calls do; whichever was recorded less completely is the smaller sum.
      total_cost_usd: Math.max(callsUsd, this.#tasksUsd),
      cache_hit_rate: this.#hits.value(100),
    };
  }
}

class Mean {
  #count = 0;
  #sum = 0;

  add(value: unknown): void {
    if (!isAmount(value)) return;
    this.#count++;
    this.#sum += value;
  }

  value(scale = 1): number | undefined {
    return this.#count === 0 ? undefined : (this.#sum / this.#count) * scale;
  }
}
