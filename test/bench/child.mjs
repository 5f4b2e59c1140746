/**
 * Runs one contender on one case in a separate process, so that other contenders do not affect the compilation of
 * shared code. Answers each message of `rounds.mjs` with a measurement.
 */
import { cases } from './cases/index.mjs';
import { contenders } from './contenders.mjs';

const [caseName, subjectName, contenderId, sizesText] = process.argv.slice(2);
const sizes = JSON.parse(sizesText);
const { subjects, measure = 'time' } = cases.find(({ name }) => name === caseName);
const contender = contenders.find(({ id }) => id === contenderId);
const open = contender.load === undefined ? contender.open : await contender.load();

/** Held for the life of the process, as a program holds its instruments. */
let subject;
let calls = 1;

const answers = {
  prepare() {
    if (measure !== 'memory') subject = subjects[subjectName](open, sizes);
  },

  /** Warms up the compiler and determines the number of calls that take the requested time. */
  warm() {
    if (measure === 'memory') return;
    calls = subject.n ?? 64;
    const end = performance.now() + sizes.warmMs;
    do {
      const elapsedMs = timed(calls);
      if (subject.n === undefined && elapsedMs < sizes.repetitionMs) {
        calls = Math.ceil(calls * Math.min(4, Math.max(1.1, sizes.repetitionMs / elapsedMs)));
      }
    } while (performance.now() < end);
    if (measure === 'allocation') calls = Math.min(calls, sizes.callsAllocating);
  },

  time() {
    return (timed(calls) * 1e6) / calls;
  },

  /**
   * Measures allocation. The young generation is larger than the allocation, so that no collection runs in between; an
   * attempt with a collection does not count.
   */
  allocation() {
    for (let attempt = 0; attempt < 10; attempt++) {
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      subject.run(calls);
      const bytes = process.memoryUsage().heapUsed - before;
      if (bytes >= 0) return bytes / calls;
    }
    throw new Error(`${contender.name}: a garbage collection ran in each of ten attempts.`);
  },

  /** Measures memory, typed arrays outside the heap included. A first run creates one-time objects. */
  async memory() {
    const first = subjects[subjectName](open, { ...sizes, seriesInMemory: 50 });
    first.run(first.n);
    await first.kit.series();
    const prepared = subjects[subjectName](open, sizes);
    const before = await bytesInUse();
    prepared.run(prepared.n);
    await prepared.kit.series();
    const after = await bytesInUse();
    subject = prepared;
    return (after - before) / prepared.n;
  },

  /** Counts the series, to check that the case created as many as expected. */
  async series() {
    return { found: await subject.kit?.series(), expected: subject.series };
  },
};

process.on('message', async (question) => {
  try {
    process.send({ value: await answers[question]() });
  } catch (error) {
    process.send({ error: `${contender.name}: ${error.stack}` });
  }
});
process.send({ value: 'ready' });

function timed(n) {
  subject.setUp?.();
  const startedAt = performance.now();
  subject.run(n);
  return performance.now() - startedAt;
}

async function bytesInUse() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
