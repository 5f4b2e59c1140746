/** Runs an example by its number: `npm run example -- 02`. Without a number, lists the examples. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const built = join(dirname(dirname(fileURLToPath(import.meta.url))), 'build', 'examples');
const [wanted] = process.argv.splice(2, 1);
const names = readdirSync(built).filter((name) => /^\d\d-/.test(name));
const name = names.find((candidate) => wanted !== undefined && candidate.startsWith(wanted.padStart(2, '0')));

if (name === undefined) {
  console.log(`Usage: npm run example -- NUMBER\n${names.map((candidate) => `  ${candidate}`).join('\n')}`);
  process.exitCode = wanted === undefined ? 0 : 1;
} else {
  await import(pathToFileURL(join(built, name, 'main.js')).href);
}
