/** Installation and checks of the folders with nested copies of the API. */
import { isDeepStrictEqual } from 'node:util';

/** Installs the application, with the library of this folder as a dependency. */
export async function installNested({ packageFile, run }) {
  await run('npm', ['install', './library', packageFile]);
}

/** Checks that a program logs one line, which matches. */
export async function logged({ run }, args, message) {
  const env = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const { stderr } = await run(process.execPath, args, { env });
  if (!message.test(stderr) || stderr.trim().split('\n').length !== 1) throw new Error(`the program wrote:\n${stderr}`);
  return 'reported';
}

/** Checks that what cannot be recorded is reported with the cause, and that everything else is scraped. */
export async function warned({ run, resultIn }, first, expected, warning) {
  const env = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const { stdout, stderr } = await run(process.execPath, ['program/nested-api.mjs', first], { env });
  const { scraped } = resultIn(stdout);
  if (!isDeepStrictEqual(scraped, expected)) throw new Error(`scraped ${JSON.stringify(scraped)}`);
  if (!warning.test(stderr) || stderr.trim().split('\n').length !== 1) throw new Error(`the program wrote:\n${stderr}`);
  return `scraped ${JSON.stringify(scraped)}, reported`;
}
