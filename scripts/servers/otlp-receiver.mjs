/** Something that receives OTLP: the Collector that OTELCOL_BIN names, else Rotel, pinned, from the npm registry. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable, succeeds } from './commands.mjs';

const rotel = {
  package: '@streamfold/rotel-linux-x64',
  version: '0.0.8-alpha',
  integrity: 'sha512-/M372X6xxlUnKOMHRHCM75f3ajjHhPv4OOZlXlqa6trLrh8MxQkhbk6V6HrgdeYYuNjI5yn58JIH70+1iJirEw==',
};

/** What the tests are told: the path and what it is, or why there is none. */
export function locateOtlpReceiver(root) {
  const collector = process.env.OTELCOL_BIN;
  if (collector) {
    return isExecutable(collector)
      ? { OTELIER_OTLP_RECEIVER: 'collector', OTELIER_OTLP_RECEIVER_BIN: collector }
      : missing(`OTELCOL_BIN names no program: ${collector}`);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return missing('set OTELCOL_BIN to an OpenTelemetry Collector; Rotel is fetched on Linux x64 alone');
  }
  const cache = join(root, 'node_modules', '.cache', 'otelier');
  const home = join(cache, `rotel-${rotel.version}`);
  const binary = join(home, 'package', 'bin', 'rotel-agent');
  const problem = isExecutable(binary) ? undefined : fetchRotel(cache, home);
  if (problem !== undefined) return missing(`${problem}; or set OTELCOL_BIN to an OpenTelemetry Collector`);
  return isExecutable(binary)
    ? { OTELIER_OTLP_RECEIVER: 'rotel', OTELIER_OTLP_RECEIVER_BIN: binary }
    : missing(`the package holds no program at ${binary}`);
}

/** Puts the package, verified, into `home`; returns what went wrong. */
function fetchRotel(cache, home) {
  const name = `${rotel.package}@${rotel.version}`;
  console.log(`Fetching ${name} ...`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetching-'));
  try {
    const pack = ['pack', name, '--ignore-scripts', '--silent', '--pack-destination', work];
    if (!succeeds('npm', pack, { cwd: work })) return `npm cannot fetch ${name}`;
    const [file] = readdirSync(work);
    if (file === undefined) return `npm fetched nothing for ${name}`;
    const tarball = join(work, file);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (integrity !== rotel.integrity) return `${name} is not the pinned one: ${integrity}`;
    if (!succeeds('tar', ['-xzf', tarball, '-C', work])) return `tar cannot extract ${name}`;
    rmSync(tarball);
    // Renamed last: a folder of that name is always verified and whole.
    rmSync(home, { recursive: true, force: true });
    renameSync(work, home);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function missing(how) {
  return { OTELIER_OTLP_RECEIVER_MISSING: `An OTLP receiver is missing; ${how}` };
}
