/** Finds second copies in one process of what there must be one of: this package, and the OpenTelemetry API. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const loadedFrom = Symbol.for('otelier.loaded-from');
const api = '@opentelemetry/api';

/** Says where two copies were loaded from, and what one of them does not see of the other. */
export function warnOfSecondCopies(warn: (message: string) => void): void {
  const world = globalThis as { [loadedFrom]?: string };
  const here = import.meta.url;
  world[loadedFrom] ??= here;
  if (world[loadedFrom] !== here) {
    warn(
      `Two copies of otelier are loaded: ${world[loadedFrom]} and ${here}. What one records the other does not send.`,
    );
  }
  const [ours, theirs] = [apiVersion(require), applicationsApiVersion()];
  if (theirs === undefined || ours === undefined || theirs === ours) return;
  warn(
    `The application has version ${theirs} of @opentelemetry/api, and otelier version ${ours}: what the application ` +
      `records through its own is not sent. Install one for both: npm install @opentelemetry/api@${ours}`,
  );
}

/** The version that an import in the program that Node was started with gets; `undefined` when it has none. */
function applicationsApiVersion(): string | undefined {
  const program = process.argv[1];
  return program === undefined ? undefined : apiVersion(createRequire(pathToFileURL(program)));
}

/** Read beside the module, because not every version of the package exports its manifest. */
function apiVersion(from: NodeJS.Require): string | undefined {
  try {
    const [folder] = from.resolve(api).split(/(?<=@opentelemetry[\\/]api[\\/])/);
    return (JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
