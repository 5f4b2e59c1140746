/**
 * Writes what each door exports to docs/api, so that a change of the public API is seen in review.
 *
 * With `--check` it writes nothing and fails where a report is out of date.
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
  .filter(([door, target]) => !report(door === '.' ? 'index' : door.slice(2).replaceAll('/', '-'), target.types));

if (stale.length > 0) {
  console.error(
    `The API changed at ${stale.map(([door]) => door).join(', ')}: run npm run generate and look at docs/api.`,
  );
  process.exitCode = 1;
}

/** Whether the report of a door is up to date, or was brought up to date. */
function report(name, types) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'nodenext',
            target: 'es2022',
            lib: ['es2023', 'esnext.disposable'],
            types: ['node'],
            skipLibCheck: true,
          },
          files: [join(root, types)],
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
