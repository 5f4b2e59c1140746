/** Exceptions from Prometheus naming rules for the fixed names of the pack, for `promlint` of `otelier/testing`. */

interface StatedException {
  readonly metric: RegExp;
  readonly rules: readonly ('abbreviated_unit' | 'reserved_suffix' | 'unused_exception')[];
  readonly why: string;
}

const why = 'The name is fixed: existing queries use it.';

/**
 * Metrics with an abbreviated unit, and a gauge with a suffix of counters, with or without a namespace. Each list of rules
 * contains `unused_exception`, because a metric has no samples before its first event.
 */
export const lintExceptions: readonly StatedException[] = [
  {
    metric:
      /(?:^|[_.])(?:(?:task|checkpoint|evaluation|agent|embedding_generation|cache_lookup|api_call|database|metrics_export)_latency|iteration_duration)_ms$/,
    rules: ['abbreviated_unit', 'unused_exception'],
    why,
  },
  {
    metric: /(?:^|[_.])(?:cache_size|memory_usage)_mb$/,
    rules: ['abbreviated_unit', 'unused_exception'],
    why,
  },
  { metric: /(?:^|[_.])active_tasks_count$/, rules: ['reserved_suffix', 'unused_exception'], why },
];
