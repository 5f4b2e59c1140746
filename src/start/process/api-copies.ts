/**
 * Copies of the OpenTelemetry API that cannot see the registered provider.
 *
 * All copies of version 1.x share one object of registrations, but a copy ignores registrations of an older minor version.
 * Instruments of such a copy do nothing, and nothing logs that. Node does not list the ES modules that are loaded, so
 * installed copies count as well as loaded ones.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { metrics } from '@opentelemetry/api';
import { apiRegistrations } from '../../model/api-registrations.js';
import { diag } from '../../model/diag.js';

/** A copy of the API. */
interface ApiCopy {
  readonly version: string;
  readonly folder: string;
}

/** Warns about each copy that is newer than the registered version. Searches in the background and never rejects. */
export async function warnOfNewerApiCopies(): Promise<void> {
  const { version, metrics: provider } = apiRegistrations();
  if (version === undefined) return;
  const ignores = provider !== undefined && metrics.getMeterProvider() !== provider;
  const copies = (await Promise.all([installedCopies(), loadedCopies()])).flat();
  const newer = new Map(
    copies.filter((copy) => minorOf(copy.version) > minorOf(version)).map((copy) => [copy.folder, copy]),
  );
  const registered = named(version, copies.find((copy) => copy.version === version)?.folder);
  for (const copy of newer.values()) {
    diag.warn(
      `two versions of @opentelemetry/api are installed: ${registered} registered first, and ` +
        `${named(copy.version, copy.folder)} ignores its registrations: metrics recorded through ${copy.version} are ` +
        `lost; install one version: npm install @opentelemetry/api@${copy.version}`,
    );
  }
  if (newer.size > 0 || !ignores) return;
  diag.warn(
    `@opentelemetry/api ${registered} registered first, and the copy that otelier uses is newer and ignores its ` +
      'registrations: metrics recorded through the newer copy are lost; install one version (npm ls @opentelemetry/api)',
  );
}

function named(version: string, folder: string | undefined): string {
  return folder === undefined ? version : `${version} (${folder})`;
}

/** Finds the copies that Node loaded as CommonJS. */
async function loadedCopies(): Promise<ApiCopy[]> {
  // Not imported: webpack replaces `createRequire`. All functions `require` share one cache, so any file name will do.
  const { createRequire } = process.getBuiltinModule('node:module');
  const files = Object.keys(createRequire(join(process.cwd(), 'index.js')).cache ?? {});
  const folders = files.flatMap(
    (file) => /^.*[\\/]@opentelemetry[\\/]api(?=[\\/](?:build|dist)[\\/])/.exec(file) ?? [],
  );
  const copies = await Promise.all([...new Set(folders)].map(copyIn));
  return copies.flatMap((copy) => copy ?? []);
}

/** Finds the copies that npm or pnpm installed for the program, without those of its development dependencies. */
async function installedCopies(): Promise<ApiCopy[]> {
  const copies: ApiCopy[] = [];
  for (const modules of modulesFolders()) {
    const lock = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => '');
    for (const [, path = '', entry = ''] of lock.matchAll(/"([^"]*node_modules\/@opentelemetry\/api)": \{([^}]*)/g)) {
      const version = /"version": "([^"]+)"/.exec(entry)?.[1];
      if (version !== undefined && !entry.includes('"dev": true'))
        copies.push({ version, folder: join(modules, '..', path) });
    }
    for (const name of await readdir(join(modules, '.pnpm')).catch(() => [])) {
      const version = /^@opentelemetry\+api@([^_(]+)/.exec(name)?.[1];
      if (version !== undefined) copies.push({ version, folder: join(modules, '.pnpm', name) });
    }
  }
  return copies;
}

/** Returns the folders `node_modules` of the program and of all folders above it. */
function modulesFolders(): string[] {
  const folders: string[] = [];
  for (let folder = dirname(process.argv[1] ?? join(process.cwd(), 'index.js')); ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'));
    if (folder === dirname(folder)) return folders;
  }
}

/** Reads the version from the file, because some versions of the package do not export their manifest. */
async function copyIn(folder: string): Promise<ApiCopy | undefined> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { version, folder };
  } catch {
    return undefined;
  }
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
