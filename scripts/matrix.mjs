/**
 * Tests the packed package in fresh folders, in the set-ups that users have.
 *
 *   npm run test:matrix -- [NAME]... [--package FILE] [--list]
 *
 * A folder of `test/matrix` with a `cases.mjs` is one installation and its cases. NAME selects cases whose name contains
 * it. A case returns what it recorded and what it scraped; both must be equal.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { contextOf, Skip } from './matrix/context.mjs';
import { install, packedPackage } from './matrix/installation.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const matrix = join(root, 'test', 'matrix');
/** Folders that install and run at the same time. */
const concurrency = 2;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { package: { type: 'string' }, list: { type: 'boolean', default: false } },
});

const folders = [];
for (const { name } of readdirSync(matrix, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  const file = join(matrix, name, 'cases.mjs');
  const { cases, installWith } = await import(pathToFileURL(file)).catch((error) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND' && error.url === pathToFileURL(file).href) return {};
    throw error;
  });
  if (cases === undefined) continue;
  const chosen = Object.entries(cases)
    .map(([title, work]) => ({ title: `${name}: ${title}`, work }))
    .filter(({ title }) => names.length === 0 || names.some((part) => title.includes(part)));
  if (chosen.length > 0) folders.push({ name, cases: chosen, installWith });
}

if (options.list) {
  for (const { cases } of folders) for (const { title } of cases) console.log(title);
} else {
  await runAll();
}

async function runAll() {
  const startedAt = performance.now();
  const packageFile = await packedPackage(options.package);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...folders];
  const work = async () => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      await runFolder(folder, packageFile, counts);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (process.env.GATE_NO_SKIP === '1') {
    counts.failed += counts.skipped;
    counts.skipped = 0;
  }
  const { passed, failed, skipped } = counts;
  mkdirSync(join(root, 'build', 'results'), { recursive: true });
  writeFileSync(
    join(root, 'build', 'results', 'matrix.json'),
    JSON.stringify({ numPassedTests: passed, numPendingTests: skipped, numTotalTests: passed + failed + skipped }),
  );
  console.log(`\n${secondsSince(startedAt)} s\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed > 0) process.exitCode = 1;
}

/** Installs a folder and runs its cases in order. */
async function runFolder({ name, cases, installWith }, packageFile, counts) {
  const startedAt = performance.now();
  let context;
  try {
    context = contextOf(await install(name, packageFile, installWith));
    print('installed', name, '', startedAt);
  } catch (error) {
    counts.failed += cases.length;
    print('not ok', `${name}: installation`, indented(error.message), startedAt);
    return;
  }
  for (const { title, work } of cases) {
    const caseStartedAt = performance.now();
    try {
      const text = summaryOf(await work(context));
      counts.passed++;
      print('ok', title, text, caseStartedAt);
    } catch (error) {
      const skipped = error instanceof Skip;
      counts[skipped ? 'skipped' : 'failed']++;
      print(skipped ? 'skip' : 'not ok', title, skipped ? error.message : indented(error.message), caseStartedAt);
    }
  }
}

/** Compares what a case recorded with what it scraped. A case that only compiles returns a text. */
function summaryOf(result) {
  if (typeof result === 'string') return result;
  const { recorded, scraped } = result;
  if (!isDeepStrictEqual(recorded, scraped)) {
    throw new Error(`recorded ${JSON.stringify(recorded)}\nscraped  ${JSON.stringify(scraped)}`);
  }
  const sum = (values) => Object.values(values).reduce((total, value) => total + value, 0);
  if (!(sum(recorded) > 0)) throw new Error('nothing was recorded');
  return `recorded ${sum(recorded)}, scraped ${sum(scraped)}`;
}

function print(outcome, title, text, startedAt) {
  const head = `${outcome.padEnd(9)} ${title}`;
  const time = `${secondsSince(startedAt)} s`;
  if (text.includes('\n')) console.log(`${head}  ${time}${text}`);
  else console.log(`${head.padEnd(80)} ${text}${text === '' ? '' : '  '}${time}`);
}

function indented(text) {
  return `\n${text}`.replaceAll('\n', '\n    ');
}

function secondsSince(startedAt) {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}
