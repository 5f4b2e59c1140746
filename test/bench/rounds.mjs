/** Runs a case: all contenders take turns in rounds, so that other load affects all of them equally. */
import { median } from './median.mjs';
import { startWorker } from './worker.mjs';

/**
 * Sizes of a run: `full` for figures, `quick` to test that everything runs.
 *
 * Figures need several processes, because the compiler's decisions differ between processes.
 */
export const sizes = {
  full: {
    processes: 5,
    rounds: 3,
    repetitionMs: 40,
    warmMs: 250,
    callsAllocating: 100_000,
    seriesAtOnce: 20_000,
    seriesInMemory: 50_000,
  },
  quick: {
    processes: 1,
    rounds: 1,
    repetitionMs: 1,
    warmMs: 5,
    callsAllocating: 10_000,
    seriesAtOnce: 500,
    seriesInMemory: 500,
  },
};

/** Rounds of byte measurements, which vary little. */
const roundsOf = { allocation: 1, memory: 1 };
const processesOf = { memory: 1 };

/** Returns one result per contender and subject: its repetitions and their median. */
export async function runCase(oneCase, contenders, node, size) {
  const { measure = 'time' } = oneCase;
  const results = Object.keys(oneCase.subjects).flatMap((subject) =>
    contenders
      .filter(({ family }) => family === familyOf(subject))
      .map((contender) => ({ subject, contender, repetitions: [] })),
  );
  for (let turn = 0; turn < (processesOf[measure] ?? size.processes); turn++) {
    await runProcesses(oneCase, results, node, { ...size, rounds: roundsOf[measure] ?? size.rounds });
  }
  return results.map(({ subject, contender: { id, name, group }, repetitions }) => {
    return { contender: id, name, group, subject, median: median(repetitions), repetitions };
  });
}

/** Adds the repetitions of one process to each result. */
async function runProcesses(oneCase, results, node, size) {
  const { measure = 'time' } = oneCase;
  const workers = results.map((result) => ({
    ...result,
    ...start(oneCase, result.subject, result.contender, node, size),
  }));
  try {
    await Promise.all(workers.map(({ ask }) => ask()));
    for (const { ask } of workers) await ask('prepare');
    for (const { ask } of workers) await ask('warm');
    for (let round = 0; round < size.rounds; round++) {
      for (const { ask, repetitions } of workers) repetitions.push(await ask(measure));
    }
    for (const { ask, contender } of workers) {
      const { found, expected = oneCase.series } = await ask('series');
      if (found !== undefined && expected !== undefined && found !== expected) {
        throw new Error(`${oneCase.name}: ${contender.name} has ${found} series, expected ${expected}`);
      }
    }
  } finally {
    for (const { stop } of workers) stop();
  }
}

/** Compares subjects with their bars. A ratio is the median of the ratios within each round. */
export function judge(oneCase, results) {
  return oneCase.bars.flatMap(({ of, against, atLeast, atMost }) => {
    const judged = results.find(({ subject }) => subject === of);
    const peers = against === undefined ? [undefined] : results.filter((result) => standsFor(result, against));
    return peers.map((peer) => {
      const longer = peer === undefined ? undefined : timeRatio(judged, peer);
      const figure = longer === undefined ? judged.median : atLeast === undefined ? 1 / longer : longer;
      const met = atLeast === undefined ? figure <= atMost : figure >= atLeast;
      return { of, against: peer?.contender, subject: peer?.subject, figure, atLeast, atMost, met };
    });
  });
}

/** Returns the time of a peer divided by that of the subject. */
export function timeRatio(judged, peer) {
  return median(judged.repetitions.map((ours, round) => peer.repetitions[round] / ours));
}

/** Returns the variant of a subject: "undeclared" of "ours, undeclared". */
export function variantOf(subject) {
  return subject.split(', ')[1] ?? '';
}

function standsFor({ subject, group }, against) {
  return group === familyOf(against) && variantOf(subject) === variantOf(against);
}

function familyOf(subject) {
  return subject.split(', ')[0];
}

function start({ name, measure }, subject, contender, node, size) {
  const youngGeneration = measure === 'allocation' ? ['--min-semi-space-size=512', '--max-semi-space-size=512'] : [];
  return startWorker('child.mjs', [name, subject, contender.id, JSON.stringify(size)], `${name}: ${contender.name}`, {
    execPath: node,
    execArgv: ['--expose-gc', ...youngGeneration],
  });
}
