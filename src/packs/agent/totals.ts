/** Totals since the start, from which the summary is computed. */
import { isAmount } from '../kit/refusal.js';
import type { AgentSummary } from './events.js';

/** Sums and counts since the start. Values that the engine rejects are ignored here as well. */
export class Totals {
  readonly #quality = new Mean();
  readonly #latencyMs = new Mean();
  readonly #success = new Mean();
  readonly #hits = new Mean();
  #tasksUsd = 0;

  /** Adds an ended task. */
  task(latencyMs: unknown, ok: unknown, quality: unknown, costUsd: unknown): void {
    this.#latencyMs.add(latencyMs);
    this.#quality.add(quality);
    if (typeof ok === 'boolean') this.#success.add(ok ? 1 : 0);
    if (isAmount(costUsd)) this.#tasksUsd += costUsd;
  }

  /** Adds a cache lookup. */
  lookup(hit: boolean): void {
    this.#hits.add(hit ? 1 : 0);
  }

  /**
   * Returns the summary.
   *
   * @param callsUsd cost of all agent calls.
   */
  summary(callsUsd: number): AgentSummary {
    return {
      avg_quality: this.#quality.value(),
      avg_latency_ms: this.#latencyMs.value(),
      success_rate: this.#success.value(100),
      // The cost of a task is the cost of its calls; the smaller sum was recorded less completely.
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
