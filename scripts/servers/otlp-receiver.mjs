/** Locates an OTLP receiver: the OpenTelemetry Collector in OTELCOL_BIN, or a pinned Rotel from the npm registry. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable, succeeds } from './commands.mjs';

const rotel = {
  package: '@streamfold/rotel-linux-x64',
  version: '0.0.8-alpha',
  integrity: 'sha512-/M372X6xxlUnKOMHRHCM75f3ajjHhPv4OOZlXlqa6trLrh8MxQkhbk6V6HrgdeYYuNjI5yn58JIH70+1iJirEw==',
};

/** Returns variables for the tests: path and kind of the receiver, or the reason why it is missing. */
export function locateOtlpReceiver(root) {
  const collector = process.env.OTELCOL_BIN;
  if (collector) {
    return isExecutable(collector)
      ? { GATE_OTLP_RECEIVER: 'collector', GATE_OTLP_RECEIVER_BIN: collector }
      : missing(`OTELCOL_BIN is not an executable file: ${collector}`);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return missing('set OTELCOL_BIN to an OpenTelemetry Collector; Rotel is available only for Linux on x64');
  }
  const cache = join(root, 'node_modules', '.cache', 'otelier');
  const home = join(cache, `rotel-${rotel.version}`);
  const binary = join(home, 'package', 'bin', 'rotel-agent');
  const problem = isExecutable(binary) ? undefined : fetchRotel(cache, home);
  if (problem !== undefined) return missing(`${problem}; or set OTELCOL_BIN to an OpenTelemetry Collector`);
  return isExecutable(binary)
    ? { GATE_OTLP_RECEIVER: 'rotel', GATE_OTLP_RECEIVER_BIN: binary }
    : missing(`the package has no program at ${binary}`);
}

/** Downloads and verifies the package and puts it into `home`. Returns the problem if that fails. */
function fetchRotel(cache, home) {
  const name = `${rotel.package}@${rotel.version}`;
  console.log(`Fetching ${name} ...`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetching-'));
  try {
    const pack = ['pack', name, '--ignore-scripts', '--silent', '--pack-destination', work];
    if (!succeeds('npm', pack, { cwd: work })) return `npm cannot fetch ${name}`;
    const [file] = readdirSync(work);
    if (file === undefined) return `npm pack wrote no file for ${name}`;
    const tarball = join(work, file);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (integrity !== rotel.integrity) return `${name} has an unexpected hash: ${integrity}`;
    if (!succeeds('tar', ['-xzf', tarball, '-C', work])) return `tar cannot extract ${name}`;
    rmSync(tarball);
    // Renamed last, so that the folder is complete and verified whenever it exists.
    rmSync(home, { recursive: true, force: true });
    renameSync(work, home);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function missing(reason) {
  return { GATE_OTLP_RECEIVER_MISSING: `an OTLP receiver is missing: ${reason}` };
}
