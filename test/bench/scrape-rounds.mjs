/** Runs a case of a scrape: all subjects in turn, repeatedly, so that other load affects all of them equally. */
import { compareBuilds } from './builds.mjs';
import { median } from './median.mjs';
import { scrapeContenders } from './scrape-contenders.mjs';
import { startWorker } from './worker.mjs';

/** Sizes: `full` for figures, `quick` to verify that everything runs. `share` is the fraction of the series. */
export const scrapeSizes = {
  full: { processes: 3, rounds: 5, repetitionMs: 150, cpuMs: 150, warmMs: 2_000, share: 1, parallel: 200 },
  quick: { processes: 1, rounds: 1, repetitionMs: 1, cpuMs: 1, warmMs: 1, share: 0.01, parallel: 5 },
};

/** Sizes of a comparison of two builds. */
const comparisons = {
  full: { processes: 5, alternations: 6, warm: 1 },
  quick: { processes: 1, alternations: 2, warm: 1 },
};

/** Compares this build with another build in each format that is measured in-process. */
export async function compareScrapeBuilds(oneCase, other, size) {
  const found = [];
  if (oneCase.measure !== 'time') return found;
  for (const subject of oneCase.subjects.filter((name) => name.split(', ')[0] === 'ours')) {
    const startBuild = (modules) => {
      const { ask, stop } = start(oneCase.name, subject, scrapeSizes[size], modules);
      const ready = ask()
        .then(() => ask('prepare'))
        .then(() => ask('warm'));
      return { ask: () => ready.then(() => ask('cpu')), stop };
    };
    const comparison = await compareBuilds(startBuild, other, comparisons[size]);
    found.push({ name: `${oneCase.name}, ${subject.split(', ')[1] ?? 'text'}`, ...comparison });
  }
  return found;
}

/** Returns one result per subject: its repetitions and their median. */
export async function runScrapeCase(oneCase, names, sizes) {
  const results = oneCase.subjects.map((subject) => {
    const { id, group } = scrapeContenders.find(({ family }) => family === subject.split(', ')[0]);
    return { contender: id, name: names[id], group, subject, repetitions: [] };
  });
  for (let turn = 0; turn < sizes.processes; turn++) await runProcesses(oneCase, results, sizes);
  return results.map((result) => ({ ...result, median: median(result.repetitions) }));
}

async function runProcesses({ name, measure }, results, sizes) {
  const workers = results.map((result) => ({ ...result, ...start(name, result.subject, sizes) }));
  try {
    await Promise.all(workers.map(({ ask }) => ask()));
    for (const { ask } of workers) await ask('prepare');
    for (const { ask } of workers) await ask('warm');
    for (let round = 0; round < sizes.rounds; round++) {
      for (const { ask, repetitions } of workers) repetitions.push(await ask(measure));
    }
    for (const { ask, subject } of workers) {
      const { found, expected, different = 1 } = await ask('check');
      if (found !== expected) throw new Error(`${name}: ${subject} shows ${found} instead of ${expected}.`);
      if (different !== 1 && subject.startsWith('ours'))
        throw new Error(`${name}: ${subject} has ${different} bodies.`);
    }
  } finally {
    for (const { stop } of workers) stop();
  }
}

function start(name, subject, sizes, modules = []) {
  const args = [name, subject, JSON.stringify(sizes)].concat(modules);
  return startWorker('scrape-child.mjs', args, `${name}: ${subject}`);
}
