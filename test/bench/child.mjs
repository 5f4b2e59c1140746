/**
 * One contender at one case, alone in its process: what another made of the code they share cannot slow it down.
 *
 * Answers each message of `rounds.mjs` with what it measured.
 */
import { cases } from './cases/index.mjs';
import { contenders } from './contenders.mjs';

const [caseName, subjectName, contenderId, sizesText] = process.argv.slice(2);
const sizes = JSON.parse(sizesText);
const { subjects, measure = 'time' } = cases.find(({ name }) => name === caseName);
const contender = contenders.find(({ id }) => id === contenderId);
const open = contender.load === undefined ? contender.open : await contender.load();

/** Held for the whole life, as a program holds its instruments. */
let subject;
let calls = 1;

const answers = {
  prepare() {
    if (measure !== 'memory') subject = subjects[subjectName](open, sizes);
  },

  /** Until the optimising compiler is through, and until it is known how many calls take the time wanted. */
  warm() {
    if (measure === 'memory') return;
    calls = subject.n ?? 64;
    const end = performance.now() + sizes.warmMs;
    do {
      const took = timed(calls);
      if (subject.n === undefined && took < sizes.repetitionMs) {
        calls = Math.ceil(calls * Math.min(4, Math.max(1.1, sizes.repetitionMs / took)));
      }
    } while (performance.now() < end);
    if (measure === 'allocation') calls = Math.min(calls, sizes.callsAllocating);
  },

  time() {
    return (timed(calls) * 1e6) / calls;
  },

  /**
   * The young generation is larger than what is allocated, so that nothing is collected in between; where something is
   * all the same, the attempt does not count.
   */
  allocation() {
    for (let attempt = 0; attempt < 10; attempt++) {
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      subject.run(calls);
      const bytes = process.memoryUsage().heapUsed - before;
      if (bytes >= 0) return bytes / calls;
    }
    throw new Error(`The heap shrank each time that ${contender.name} was watched.`);
  },

  /** Typed arrays lie outside of the heap. The first attempt is for what is made once for all. */
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

  /** How many series there are, because a case that is not what it says measures nothing. */
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
  const begin = performance.now();
  subject.run(n);
  return performance.now() - begin;
}

async function bytesInUse() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
