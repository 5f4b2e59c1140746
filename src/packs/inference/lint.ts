/** Exceptions from Prometheus naming rules for the fixed names of the pack, for `promlint` of `otelier/testing`. */

interface StatedException {
  readonly metric: RegExp;
  readonly rules: readonly ('abbreviated_unit' | 'unused_exception')[];
  readonly why: string;
}

const why = 'The name is fixed: existing queries use it.';

/**
 * Metrics with an abbreviated unit, with or without a namespace. Their rules include `unused_exception`, because they
 * may have no samples: `worker_latency_ms` before a worker completes a request, `gpu_memory_mb` without a GPU.
 */
export const lintExceptions: readonly StatedException[] = [
  {
    metric: /(?:^|[_.])worker_latency_ms$/,
    rules: ['abbreviated_unit', 'unused_exception'],
    why,
  },
  {
    metric: /(?:^|[_.])gpu_memory_mb$/,
    rules: ['abbreviated_unit', 'unused_exception'],
    why,
  },
];
