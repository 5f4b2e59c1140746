/**
 * Copies of the OpenTelemetry API that cannot see the registered provider.
 *
 * All copies of version 1.x share one object of registrations, but a copy ignores registrations of an older minor version.
 * Instruments of such a copy do nothing, and nothing logs that.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { diag } from '@opentelemetry/api';
import { apiRegistrations } from '../../model/api-registrations.js';

const warnedFiles = new Set<string>();

/** Warns once about each loaded copy of the API that is newer than the registered version. */
export function warnOfNewerApiCopies(): void {
  const { version } = apiRegistrations();
  if (version === undefined) return;
  for (const { file, version: newer } of loadedApiCopies()) {
    if (minorOf(newer) <= minorOf(version) || warnedFiles.has(file)) continue;
    warnedFiles.add(file);
    diag.warn(
      `two versions of @opentelemetry/api are loaded: ${version} registered first, and ${newer} (${file}) ignores its ` +
        `registrations: metrics recorded through ${newer} are lost; install one version: npm install @opentelemetry/api@${newer}`,
    );
  }
}

/** Finds the copies that Node loaded as files. A copy inside a bundle is not found. */
function loadedApiCopies(): { file: string; version: string }[] {
  // Any file name will do: all functions `require` share one cache.
  const files = Object.keys(createRequire(`${process.cwd()}/index.js`).cache ?? {});
  return files.flatMap((file) => {
    const [folder] = /^.*[\\/]@opentelemetry[\\/]api(?=[\\/]build[\\/]src[\\/]index\.js$)/.exec(file) ?? [];
    const version = folder === undefined ? undefined : versionIn(folder);
    return version === undefined ? [] : [{ file, version }];
  });
}

/** Reads the version from the file, because some versions of the package do not export their manifest. */
function versionIn(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
