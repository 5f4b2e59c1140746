/** What the fixed names of the pack break of the advice for Prometheus, for `promlint` of `otelier/testing`. */

interface StatedException {
  readonly metric: RegExp;
  readonly rules: readonly ('abbreviated_unit' | 'reserved_suffix' | 'unused_exception')[];
  readonly why: string;
}

const why = 'The name is fixed by those who already query it.';

/**
 * The metrics that keep an abbreviated unit or a suffix that is not for gauges, whatever namespace is before them. They
 * are excused where they are not shown as well: before their event happened first.
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
