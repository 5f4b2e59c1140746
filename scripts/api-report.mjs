/**
 * Writes the exports of each entry point to docs/api, so that reviews show every change of the public API.
 *
 * With `--check`, writes nothing and fails if a report is out of date.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes('--check');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const temporary = join(root, 'build', 'api');
mkdirSync(temporary, { recursive: true });
mkdirSync(join(root, 'docs', 'api'), { recursive: true });

const stale = Object.entries(exports)
  .filter(([, target]) => typeof target === 'object')
  .filter(([entryPoint, target]) => !report(reportName(entryPoint), target.import.types));

if (stale.length > 0) {
  console.error(
    `API reports are out of date for ${stale.map(([entryPoint]) => entryPoint).join(', ')}: run npm run generate and review docs/api.`,
  );
  process.exitCode = 1;
}

/** Returns the name of a report: `backends-otlp` for `./backends/otlp`. */
function reportName(entryPoint) {
  return entryPoint === '.' ? 'index' : entryPoint.slice(2).replaceAll('/', '-');
}

/** Reports whether the report of an entry point is up to date, after writing it unless `--check` is given. */
function report(name, types) {
  // The declarations of the modules: those in dist/ are bundled, and their names change with their contents.
  const declarations = join(root, types.replace('./dist/', 'build/modules/'));
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: declarations,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'nodenext',
            target: 'es2022',
            lib: ['es2023', 'esnext.disposable'],
            types: ['node'],
            skipLibCheck: true,
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: join(root, 'docs', 'api'),
        reportTempFolder: temporary,
        reportFileName: `${name}.api.md`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'warning' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-wrong-input-file-type': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
      newlineKind: 'lf',
    },
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
  });
  const result = Extractor.invoke(config, {
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback(message) {
      if (message.logLevel === 'none' || message.messageId.startsWith('console-')) message.handled = true;
    },
  });
  return result.errorCount === 0 && (!check || !result.apiReportChanged);
}
