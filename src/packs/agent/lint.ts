/** Exceptions for `promlint` of `otelier/testing`: fixed metric names that break Prometheus naming rules. */

interface StatedException {
  readonly metric: RegExp;
  readonly rules: readonly ('abbreviated_unit' | 'reserved_suffix' | 'unused_exception')[];
  readonly why: string;
}

const why = 'The name is fixed by existing queries.';

/**
 * Lists metrics with an abbreviated unit or a suffix that gauges must not have, in any namespace. A metric may be absent
 * from an exposition until its first event, so unused exceptions are allowed.
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
