/**
 * Compares the cost of calls in one process.
 *
 * Measures all subjects in turn, round by round, and prints the median of each in nanoseconds and as a multiple of
 * `basis`. With `--expose-gc`, also prints the heap growth per call in bytes.
 */
import { parseArgs } from 'node:util';
import { median } from './median.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, calls: { type: 'string', default: '1000000' } },
});
const [rounds, calls] = [Number(options.rounds), Number(options.calls)];

/** Calls per invocation of a subject. Many invocations let the compiler optimize the whole function. */
const chunk = 1_000;

/** Measures `subjects`, functions that make `n` calls, and prints a line for each. */
export async function compareCosts(basis, subjects) {
  const measured = Object.fromEntries(Object.keys(subjects).map((name) => [name, { ns: [], bytes: [] }]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, run] of Object.entries(subjects)) {
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const startedAt = performance.now();
      for (let call = 0; call < calls; call += chunk) run(chunk);
      const ns = ((performance.now() - startedAt) * 1e6) / calls;
      const bytes = (process.memoryUsage().heapUsed - before) / calls;
      await new Promise((resolve) => setImmediate(resolve));
      // The first rounds warm up the compiler.
      if (round < 0) continue;
      measured[name].ns.push(ns);
      measured[name].bytes.push(bytes);
    }
  }

  const base = median(measured[basis].ns);
  for (const [name, { ns, bytes }] of Object.entries(measured)) {
    const growth = globalThis.gc === undefined ? '' : `  ${median(bytes).toFixed(2)} B`;
    console.log(
      `${name.padEnd(30)} ${median(ns).toFixed(1).padStart(7)} ns  ${(median(ns) / base).toFixed(1)} times${growth}`,
    );
  }
}
