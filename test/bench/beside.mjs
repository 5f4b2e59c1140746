/**
 * What calls cost beside another one in the same process.
 *
 * Rounds of all in turn; the median of each is told, in nanoseconds, and how many times that of `basis` it is. Bytes are
 * what the heap grows by for each call, told with `--expose-gc` only.
 */
import { parseArgs } from 'node:util';
import { median } from './median.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, calls: { type: 'string', default: '1000000' } },
});
const [rounds, calls] = [Number(options.rounds), Number(options.calls)];

/** Calls of a subject at a time: it is called often, so that it is compiled as a whole. */
const chunk = 1_000;

/** Measures `subjects`, functions that make so many calls, and prints a line for each. */
export async function tellBeside(basis, subjects) {
  const found = Object.fromEntries(Object.keys(subjects).map((name) => [name, { ns: [], bytes: [] }]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, run] of Object.entries(subjects)) {
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const begin = performance.now();
      for (let call = 0; call < calls; call += chunk) run(chunk);
      const ns = ((performance.now() - begin) * 1e6) / calls;
      const bytes = (process.memoryUsage().heapUsed - before) / calls;
      await new Promise((resolve) => setImmediate(resolve));
      // The first rounds are for the compiler.
      if (round < 0) continue;
      found[name].ns.push(ns);
      found[name].bytes.push(bytes);
    }
  }

  const base = median(found[basis].ns);
  for (const [name, { ns, bytes }] of Object.entries(found)) {
    const growth = globalThis.gc === undefined ? '' : `  ${median(bytes).toFixed(2)} B`;
    console.log(
      `${name.padEnd(30)} ${median(ns).toFixed(1).padStart(7)} ns  ${(median(ns) / base).toFixed(1)} times${growth}`,
    );
  }
}
