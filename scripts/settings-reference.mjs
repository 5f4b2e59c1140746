/** Writes docs/settings.md from the option tables. With `--check`, compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backendKinds } from '../dist/backends/table.js';
import { generalOptions } from '../dist/settings/general.js';

const page = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'settings.md');
const text = [
  '# Settings',
  '',
  '<!-- Written by `npm run generate` from the tables in src/settings/general.ts and src/backends/*/options.ts. -->',
  '',
  'An option in code overrides its environment variable, which overrides the default. Invalid values in code throw one',
  'error that lists all of them. An invalid variable is ignored with a warning; an empty variable counts as not set.',
  'A [configuration file](configuration-file.md) replaces the variables `OTEL_*` and `OTELIER_*`.',
  '`console.log(metrics.settings)` prints each value with its source and without secrets.',
  '',
  section('startMetrics', 'Options of `startMetrics({ ... })`.', generalOptions),
  ...Object.entries(backendKinds)
    .filter(([, kind]) => Object.keys(kind.options).length > 0)
    .map(([name, kind]) =>
      section(name, `Options of \`${name}({ ... })\` from \`otelier/backends/${name}\`.`, kind.options),
    ),
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/settings.md is out of date: run npm run generate.');
  process.exitCode = 1;
}

function section(title, introduction, options) {
  const rows = Object.entries(options).map(([name, option]) => {
    const variables = option.environment.map((variable) => `\`${variable.name ?? variable}\``).join('<br>');
    const value = option.print(option.default);
    return `| \`${name}\` | ${variables} | ${value === '' ? '' : `\`${value}\``} | ${option.description} Takes ${option.expected}. |`;
  });
  return [
    `## ${title}`,
    '',
    introduction,
    '',
    '| option | variable | default | |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
