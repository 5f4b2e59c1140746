/**
 * Compares the cost of a scrape with stock OpenTelemetry and prom-client, and checks the bars.
 *
 *   npm run bench:scrape -- [--case NAME]... [--quick] [--json] [--write] [--against DIST]
 *
 * `--against` compares the CPU time of this build with that of another `build/modules/` folder instead.
 * `--json` prints one object and nothing else, `--write` writes `docs/benchmarks-scrape.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { comparisonLine } from './builds.mjs';
import { scrapeCases } from './cases/scrape.mjs';
import { page, table } from './report.mjs';
import { judge } from './rounds.mjs';
import { scrapeContenders } from './scrape-contenders.mjs';
import { compareScrapeBuilds, runScrapeCase, scrapeSizes } from './scrape-rounds.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { values: options } = parseArgs({
  options: {
    case: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    against: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const unknown = options.case?.filter((name) => scrapeCases.every((oneCase) => oneCase.name !== name)) ?? [];
if (unknown.length > 0) {
  console.error(
    `No case is called ${unknown.join(', ')}. There are:\n${scrapeCases.map(({ name }) => name).join('\n')}`,
  );
  process.exit(1);
}
const say = options.json ? () => {} : console.log;
const versions = Object.fromEntries(
  scrapeContenders.map(({ id, package: name }) => [id, `${name} ${versionOf(name)}`]),
);
const names = Object.fromEntries(
  Object.entries(versions).map(([id, text]) => [id, text.replace('@opentelemetry/', '')]),
);

const chosen = scrapeCases.filter(({ name }) => options.case?.includes(name) ?? true);
if (options.against !== undefined) {
  const size = options.quick ? 'quick' : 'full';
  const comparisons = [];
  for (const oneCase of chosen) {
    for (const comparison of await compareScrapeBuilds(oneCase, options.against, size)) {
      say(comparisonLine(comparison.name, comparison));
      comparisons.push(comparison);
    }
  }
  if (options.json) console.log(JSON.stringify({ against: options.against, comparisons }));
  process.exit();
}

const cases = [];
for (const oneCase of chosen) {
  const results = await runScrapeCase(oneCase, names, options.quick ? scrapeSizes.quick : scrapeSizes.full);
  const { name, title, unit } = oneCase;
  const result = { name, title, unit, results, bars: judge(oneCase, results) };
  say(`\n${table(result)}`);
  cases.push(result);
}

const found = {
  command: ['npm run bench:scrape', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
  date: new Date().toISOString().slice(0, 10),
  machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length },
  runtimes: [{ node: process.versions.node, versions, cases }],
};
if (options.json) console.log(JSON.stringify(found));
if (options.write) {
  const text = page(found).replace('# Benchmarks\n', '# Benchmarks of scrapes\n');
  writeFileSync(join(root, 'docs', 'benchmarks-scrape.md'), text);
}

function versionOf(name) {
  const folder = name === 'otelier' ? root : join(root, 'node_modules', name);
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}
