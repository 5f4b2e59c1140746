/** Detects a second copy of otelier or of the OpenTelemetry API in the process. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const loadedFrom = Symbol.for('otelier.loaded-from');
const api = '@opentelemetry/api';

/** Warns about each package that is loaded twice, with the consequence and the remedy. */
export function warnOfSecondCopies(warn: (message: string) => void): void {
  const globals = globalThis as { [loadedFrom]?: string };
  const here = import.meta.url;
  globals[loadedFrom] ??= here;
  if (globals[loadedFrom] !== here) {
    warn(
      `two copies of otelier are loaded, ${globals[loadedFrom]} and ${here}: ` +
        'metrics recorded through one copy are not exported by the other; install one copy (npm ls otelier)',
    );
  }
  const [ours, theirs] = [apiVersion(require), applicationApiVersion()];
  if (theirs === undefined || ours === undefined || theirs === ours) return;
  warn(
    `the application uses ${api} ${theirs} and otelier uses ${ours}: metrics recorded through the application's copy ` +
      `are not exported; install one version for both: npm install ${api}@${ours}`,
  );
}

/** Returns the API version that the main program imports; `undefined` when the program has no copy. */
function applicationApiVersion(): string | undefined {
  const program = process.argv[1];
  return program === undefined ? undefined : apiVersion(createRequire(pathToFileURL(program)));
}

/** Reads the version from the file next to the module, because some versions of the package do not export their manifest. */
function apiVersion(from: NodeJS.Require): string | undefined {
  try {
    const [folder] = from.resolve(api).split(/(?<=@opentelemetry[\\/]api[\\/])/);
    return (JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
