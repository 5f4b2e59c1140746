/**
 * Process of one contender in one case of a scrape. A client, if the case needs one, runs in a separate process.
 *
 * Answers each message of `scrape-rounds.mjs` with a measurement. All times are milliseconds.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuTime } from './builds.mjs';
import { scrapeCases } from './cases/scrape.mjs';
import { scrapeContenders } from './scrape-contenders.mjs';
import { contentOf } from './scrape-content.mjs';

const [caseName, subject, sizesText, modules] = process.argv.slice(2);
const sizes = JSON.parse(sizesText);
const { fill, series, lines, measure } = scrapeCases.find(({ name }) => name === caseName);
const [family, format = ''] = subject.split(', ');
const contender = scrapeContenders.find((each) => each.family === family);
const { open, serve, accept } = await contender.load(format, modules);
const count = series(sizes);

let kit;
let touch;
let client;

const answers = {
  async prepare() {
    kit = measure === 'time' ? open() : serve();
    touch = fill(kit, count);
    if (measure !== 'time') client = startClient(await kit.url());
  },

  /** Repeats the measurement until code is optimized and caches are filled. */
  async warm() {
    const end = performance.now() + sizes.warmMs;
    do await answers[measure]();
    while (performance.now() < end);
  },

  /** Returns the mean time of scrapes during the requested time, without the recording in between. */
  async time() {
    let took = 0;
    let scrapes = 0;
    do {
      touch();
      const begin = performance.now();
      consumed += sizeOf(await kit.scrape());
      took += performance.now() - begin;
      scrapes++;
    } while (took < sizes.repetitionMs);
    return took / scrapes;
  },

  /** Returns the mean CPU time of scrapes during the requested CPU time. */
  async cpu() {
    let took = 0;
    let scrapes = 0;
    do {
      touch();
      took += await cpuTime(async () => {
        consumed += sizeOf(await kit.scrape());
      });
      scrapes++;
    } while (took < sizes.cpuMs);
    return took / scrapes;
  },

  async block() {
    touch();
    return longestBlock(() => client({ scrapes: 1 }));
  },

  async parallelWall() {
    touch();
    return (await client({ scrapes: sizes.parallel })).wallMs;
  },

  async parallelBlock() {
    touch();
    return longestBlock(() => client({ scrapes: sizes.parallel }));
  },

  /** Returns the number of samples in a response, to verify the case. */
  async check() {
    const expected = format === 'protobuf' ? count : count * lines;
    // A few scrapes verify the cases that take minutes.
    const scrapes = measure === 'block' ? 3 : sizes.parallel;
    if (measure !== 'time') return { ...(await client({ scrapes, check: true })), expected };
    const parts = (await kit.scrape()).map((part) => Buffer.from(part));
    return { found: contentOf(Buffer.concat(parts), format), expected, consumed };
  },
};

/** Total size of responses, so that the compiler cannot remove the work. */
let consumed = 0;

process.on('message', async (question) => {
  try {
    process.send({ value: await answers[question]() });
  } catch (error) {
    process.send({ error: `${contender.id}: ${error.stack}` });
  }
});
process.send({ value: 'ready' });

function sizeOf(parts) {
  let size = 0;
  for (const part of parts) size += part.length;
  return size;
}

/** Returns the longest time between two turns of the event loop during `act`, by a timer of one millisecond. */
async function longestBlock(act) {
  let longest = 0;
  let before = performance.now();
  const sample = () => {
    const now = performance.now();
    if (now - before > longest) longest = now - before;
    before = now;
  };
  const timer = setInterval(sample, 1);
  try {
    await act();
    sample();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

/** Starts the client, which ends with this process. */
function startClient(url) {
  const file = fileURLToPath(new URL('scrape-client.mjs', import.meta.url));
  const worker = fork(file, [url, accept, format], { execArgv: [] });
  process.once('disconnect', () => worker.kill());
  return (question) =>
    new Promise((resolve, reject) => {
      worker.once('message', ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
      worker.send(question);
    });
}
