/**
 * Compares two builds of this package, each in a separate process, in turn. The ratio is that of the medians of their CPU
 * times; its interval is a bootstrap over the pairs. CPU time depends less on other load than wall time does.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from './median.mjs';

const resamples = 2_000;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Imports a file of a build: from a folder `build/modules/`, that of this checkout by default. */
export function importBuilt(file, modules = join(root, 'build', 'modules')) {
  return import(pathToFileURL(join(resolve(modules), file)).href);
}

/**
 * Runs both builds in turn.
 *
 * @param start starts a process for a folder of modules (of this checkout: undefined); its `ask()` resolves to CPU
 * milliseconds.
 * @param other folder `build/modules/` of the other build.
 * @param size `processes` pairs of processes, `alternations` of each, after `warm` that are not counted.
 * @returns milliseconds of both, and the ratio of this build to the other with its 95 % interval.
 */
export async function compareBuilds(start, other, { processes, alternations, warm }) {
  const pairs = [];
  for (let turn = 0; turn < processes; turn++) {
    const workers = [start(undefined), start(other)];
    try {
      for (const { ask } of workers) for (let time = 0; time < warm; time++) await ask();
      for (let time = 0; time < alternations; time++) {
        const pair = [];
        // The order alternates.
        for (const index of time % 2 === 0 ? [0, 1] : [1, 0]) pair[index] = await workers[index].ask();
        pairs.push(pair);
      }
    } finally {
      for (const { stop } of workers) stop();
    }
  }
  const ratios = Array.from({ length: resamples }, () =>
    ratioOf(pairs.map(() => pairs[Math.floor(Math.random() * pairs.length)])),
  ).sort((one, another) => one - another);
  return {
    this: median(pairs.map(([own]) => own)),
    other: median(pairs.map(([, theirs]) => theirs)),
    ratio: ratioOf(pairs),
    interval: [ratios[Math.floor(resamples * 0.025)], ratios[Math.ceil(resamples * 0.975) - 1]],
    pairs: pairs.length,
  };
}

/** Renders a comparison as one line. */
export function comparisonLine(name, { this: own, other, ratio, interval, pairs }) {
  const [low, high] = interval.map((bound) => bound.toFixed(3));
  return (
    `${name.padEnd(36)} this ${own.toFixed(2)} ms, other ${other.toFixed(2)} ms of CPU: ` +
    `ratio ${ratio.toFixed(3)} (95 % interval ${low} to ${high}, ${pairs} pairs)`
  );
}

/** Runs `act` and returns its CPU time in milliseconds. */
export async function cpuTime(act) {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function ratioOf(pairs) {
  return median(pairs.map(([own]) => own)) / median(pairs.map(([, theirs]) => theirs));
}
