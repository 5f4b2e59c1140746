/**
 * Measures the cost of metrics in example 11, which detects edges in frames, and compares it with the bars.
 *
 *   npm run bench:vision -- [--seconds 30] [--quick] [--json] [--write]
 *
 * `--seconds` is the time of frames with metrics; frames without metrics take the same time in addition. `--json` prints only one
 * object. `--write` writes `docs/benchmarks-vision.md`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { median } from './median.mjs';
import { lines, page } from './vision-overhead-page.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const fullSizes = { warmFrames: 100, verbs: 50_000, repetitions: 41, scrapes: 300, processes: 9, rounds: 2 };
const sizes = options.quick
  ? { seconds: 1, warmFrames: 20, verbs: 2_000, repetitions: 5, scrapes: 5, processes: 1, rounds: 1 }
  : { ...fullSizes, seconds: Number(options.seconds) };
const log = options.json ? () => {} : console.log;

log('with metrics and without, in turn ...');
const paired = await pairs();
log('without an exporter ...');
const none = await disabled();
log('memory, process by process ...');
const memory = await memories();

const frameNs = paired.cpuMicroseconds.off * 1_000;
const report = {
  command: ['npm run bench:vision', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
  date: new Date().toISOString().slice(0, 10),
  machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length },
  node: process.versions.node,
  version: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  none: { ...none, records: paired.records, percent: (100 * none.verbsNs) / frameNs },
  prometheus: paired,
  memory,
  bars: [
    {
      of: 'exporter `none`, share of the time of a frame',
      unit: '%',
      figure: (100 * none.verbsNs) / frameNs,
      atMost: 0.1,
    },
    {
      of: '`prometheus`, scraped each second, share of CPU time',
      unit: '%',
      figure: paired.percent,
      interval: paired.interval,
      atMost: 2,
    },
    { of: '`prometheus`, resident memory', unit: 'MB', figure: memory.rssMb.median, atMost: 10 },
  ].map((bar) => ({ ...bar, met: bar.figure <= bar.atMost })),
};
log(`\n${lines(report).join('\n')}`);
if (options.json) console.log(JSON.stringify(report));
if (options.write)
  writeFileSync(fileURLToPath(new URL('../../docs/benchmarks-vision.md', import.meta.url)), page(report));

/**
 * Processes frames with metrics and without in one child process, one pass of the recording each in random order. This
 * process scrapes once per second with metrics.
 */
async function pairs() {
  const child = await start('prometheus');
  const { url, recording: frames } = await child.ask('start');
  await child.ask('frames', { mode: 'on', frames: 1 });
  const { records } = contentOf((await scrape(url)).text);
  for (const mode of ['on', 'off']) await child.ask('frames', { mode, frames: sizes.warmFrames });

  let sinceScrapeMs = 0;
  let scrapes = 0;
  const stretch = async (mode) => {
    const working = child.ask('frames', { mode, frames });
    if (mode === 'on' && sinceScrapeMs >= 0) {
      sinceScrapeMs -= 1_000;
      scrapes++;
      await scrape(url);
    }
    const measured = await working;
    if (mode === 'on') sinceScrapeMs += measured.milliseconds * frames;
    return measured;
  };
  const ratios = [];
  const sums = { on: { cpuMicroseconds: 0, milliseconds: 0 }, off: { cpuMicroseconds: 0, milliseconds: 0 } };
  while (Math.min(sums.on.milliseconds, sums.off.milliseconds) * frames < sizes.seconds * 1_000) {
    const measured = {};
    for (const mode of Math.random() < 0.5 ? ['on', 'off'] : ['off', 'on']) measured[mode] = await stretch(mode);
    // Logarithms, because the mean of noisy ratios is above 1 even if both modes cost the same.
    ratios.push(Math.log(measured.on.cpuMicroseconds / measured.off.cpuMicroseconds));
    for (const mode of ['on', 'off']) {
      for (const key of ['cpuMicroseconds', 'milliseconds']) sums[mode][key] += measured[mode][key];
    }
  }
  const repetitions = ratios.length;
  const cpuMicroseconds = { on: sums.on.cpuMicroseconds / repetitions, off: sums.off.cpuMicroseconds / repetitions };

  const before = await child.ask('cpu');
  for (let time = 0; time < sizes.scrapes; time++) await scrape(url);
  const scrapeMicroseconds = ((await child.ask('cpu')) - before) / sizes.scrapes;
  const verbsNs = await child.ask('verbs', { calls: sizes.verbs, repetitions: sizes.repetitions });
  const { text, encoded } = await scrape(url);
  await child.end();
  const atThirty = (100 * (verbsNs * 30 + scrapeMicroseconds * 1_000)) / (cpuMicroseconds.off * 30 * 1_000);
  return {
    cpuMicroseconds,
    percent: 100 * (Math.exp(meanOf(ratios)) - 1),
    interval: 100 * intervalOf(ratios),
    repetitions,
    framesEach: frames * repetitions,
    secondsEach: (frames * sums.on.milliseconds) / 1_000,
    scrapes,
    records,
    verbsNs,
    scrapeMicroseconds,
    percentAtThirty: atThirty,
    bytes: { ...contentOf(text).bytes, all: Buffer.byteLength(text), allGzip: encoded },
  };
}

/** Measures the recordings of a frame without an exporter. */
async function disabled() {
  const child = await start('none');
  const verbsNs = await child.ask('verbs', { calls: sizes.verbs, repetitions: sizes.repetitions });
  await child.end();
  return { verbsNs };
}

/** Measures the additional memory in megabytes of processes with a scraped endpoint. */
async function memories() {
  const differences = { rss: [], heap: [] };
  for (let pair = 0; pair < sizes.processes; pair++) {
    const [without, scraped] = [await memoryOf('none'), await memoryOf('prometheus')];
    for (const kind of ['rss', 'heap']) differences[kind].push((scraped[kind] - without[kind]) / 1e6);
  }
  return { pairs: sizes.processes, rssMb: spread(differences.rss), heapMb: spread(differences.heap) };
}

async function memoryOf(exporter) {
  const child = await start(exporter);
  const { url } = await child.ask('start');
  for (let round = 0; round < sizes.rounds; round++) {
    await child.ask('frames', { mode: 'on', frames: sizes.warmFrames });
    if (url !== undefined) await scrape(url);
  }
  const memory = await child.ask('memory');
  await child.end();
  return memory;
}

/** Starts a process that answers questions. */
async function start(exporter) {
  const file = fileURLToPath(new URL('vision-overhead-child.mjs', import.meta.url));
  const process = fork(file, [exporter], { execArgv: ['--expose-gc'] });
  const answer = async () => {
    const [{ value, error }] = await once(process, 'message');
    if (error !== undefined) throw new Error(error);
    return value;
  };
  await answer();
  return {
    ask(question, given = {}) {
      const answered = answer();
      process.send({ question, ...given });
      return answered;
    },
    async end() {
      const exited = once(process, 'exit');
      process.disconnect();
      await exited;
    },
  };
}

/** Returns the text of a scrape and its bytes on the wire, with gzip as Prometheus requests it. */
async function scrape(url) {
  const response = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
  const text = await response.text();
  return { text, encoded: Number(response.headers.get('content-length')) || gzipSync(text).length };
}

/** Returns the bytes and series of the pack's metrics in a scrape, and the number of recordings of one frame. */
function contentOf(text) {
  const own = text.split('\n').filter((line) => /^(?:# (?:HELP|TYPE) )?vision_/.test(line));
  const plain = `${own.join('\n')}\n`;
  const samples = own.filter((line) => !line.startsWith('#'));
  const numberOf = (line) => Number(line.slice(line.lastIndexOf(' ') + 1));
  const distributions = samples.filter((line) => /^\w+_(?:seconds|frame)_count\{/.test(line)).map(numberOf);
  return {
    records:
      distributions.reduce((sum, value) => sum + value, 0) + samples.filter((line) => /^\w+_total\{/.test(line)).length,
    bytes: { own: Buffer.byteLength(plain), ownGzip: gzipSync(plain).length, series: samples.length },
  };
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns half the width of the 95 % confidence interval of the mean. */
function intervalOf(values) {
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return 1.96 * Math.sqrt(variance / values.length);
}

function spread(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}
