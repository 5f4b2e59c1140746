/** What the fixed names of the pack break of the advice for Prometheus, for `promlint` of `otelier/testing`. */

interface StatedException {
  readonly metric: RegExp;
  readonly rules: readonly ('abbreviated_unit' | 'unused_exception')[];
  readonly why: string;
}

/**
 * The metrics that keep an abbreviated unit, whatever namespace is before them. They are excused where they are not
 * shown as well: the first needs a worker that completed something, the second a GPU.
 */
export const lintExceptions: readonly StatedException[] = [
  {
    metric: /(?:^|[_.])worker_latency_ms$/,
    rules: ['abbreviated_unit', 'unused_exception'],
    why: 'The name is fixed by those who already query it.',
  },
  {
    metric: /(?:^|[_.])gpu_memory_mb$/,
    rules: ['abbreviated_unit', 'unused_exception'],
    why: 'The name is fixed by those who already query it.',
  },
];
