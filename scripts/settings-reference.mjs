/** The reference of all settings, from the tables that declare them. Writes docs/settings.md; `--check` compares. */
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
  'An option given in code wins over its variable in the environment, which wins over the default. A wrong value in',
  'code throws, all of them in one error; a wrong variable is named in a warning and ignored, as is one that is empty.',
  'With a [configuration file](configuration-file.md), the file takes the place of `OTEL_*` and `OTELIER_*`.',
  '`console.log(metrics.settings)` prints what came out, where each value came from, and no secret.',
  '',
  section('startMetrics', 'Given to `startMetrics({ ... })`.', generalOptions),
  ...Object.entries(backendKinds)
    .filter(([, kind]) => Object.keys(kind.options).length > 0)
    .map(([name, kind]) =>
      section(name, `Given to \`${name}({ ... })\` of \`otelier/backends/${name}\`.`, kind.options),
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
