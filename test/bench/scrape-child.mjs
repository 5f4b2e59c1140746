/**
 * One contender at one case of a scrape, alone in its process; its client, where there is one, has a process of its own.
 *
 * Answers each message of `scrape-rounds.mjs` with what it measured. All times are milliseconds.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuTime } from './builds.mjs';
import { scrapeCases } from './cases/scrape.mjs';
import { scrapeContenders } from './scrape-contenders.mjs';
import { contentOf } from './scrape-content.mjs';

const [caseName, subject, sizesText, dist] = process.argv.slice(2);
const sizes = JSON.parse(sizesText);
const { fill, series, lines, measure } = scrapeCases.find(({ name }) => name === caseName);
const [family, format = ''] = subject.split(', ');
const contender = scrapeContenders.find((each) => each.family === family);
const { open, serve, accept } = await contender.load(format, dist);
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

  /** Until the optimising compiler is through, and what is kept between scrapes is there. */
  async warm() {
    const end = performance.now() + sizes.warmMs;
    do await answers[measure]();
    while (performance.now() < end);
  },

  /** The mean of as many scrapes as the time wanted takes; recording in between is not counted. */
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

  /** The same of CPU time, over as many scrapes as the first call takes for `cpuMs`. */
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

  /** What is answered, because a case that is not what it says measures nothing. */
  async check() {
    const expected = format === 'protobuf' ? count : count * lines;
    // Of what takes minutes at once, a few are enough to see that all are alike.
    const scrapes = measure === 'block' ? 3 : sizes.parallel;
    if (measure !== 'time') return { ...(await client({ scrapes, check: true })), expected };
    const parts = (await kit.scrape()).map((part) => Buffer.from(part));
    return { found: contentOf(Buffer.concat(parts), format), expected, consumed };
  },
};

/** Added up, so that the compiler cannot leave out what nobody looks at. */
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

/** The longest time between two turns of the event loop while something is done, as a timer of a millisecond sees it. */
async function longestBlock(act) {
  let longest = 0;
  let before = performance.now();
  const look = () => {
    const now = performance.now();
    if (now - before > longest) longest = now - before;
    before = now;
  };
  const timer = setInterval(look, 1);
  try {
    await act();
    look();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

/** Asks the client, which ends with this process. */
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
