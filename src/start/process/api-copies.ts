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
import { fit } from '../../errors/fit.js';
import { apiRegistrations } from '../../model/api-registrations.js';
import { diag } from '../../model/diag.js';
import { apiFolder, commonJsModules } from './api-instances.js';

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
  const registered = ownerOf(copies.find((copy) => copy.version === version)?.folder ?? 'unknown folder');
  for (const copy of newer.values()) {
    diag.warn(
      fit`two versions of @opentelemetry/api are installed: ${version} (${registered}) registered first, and ${copy.version} (${ownerOf(copy.folder)}) ignores it: its metrics are lost; npm install @opentelemetry/api@${copy.version}`,
    );
  }
  if (newer.size > 0 || !ignores) return;
  diag.warn(
    fit`@opentelemetry/api ${version} (${registered}) registered first, and the newer copy of otelier ignores it: metrics of the newer copy are lost; install one version (npm ls @opentelemetry/api)`,
  );
}

/** Returns the folder of the program or the package that a copy is installed for. */
function ownerOf(folder: string): string {
  return folder.replace(/[\\/]node_modules[\\/]@opentelemetry[\\/]api$/, '');
}

/** Finds the copies that Node loaded as CommonJS. */
async function loadedCopies(): Promise<ApiCopy[]> {
  const folders = commonJsModules().flatMap(([file]) => apiFolder.exec(file) ?? []);
  const copies = await Promise.all([...new Set(folders)].map(copyIn));
  return copies.flatMap((copy) => copy ?? []);
}

/** Finds the copies that are installed for the program; with npm, without those of its development dependencies. */
async function installedCopies(): Promise<ApiCopy[]> {
  const copies = await Promise.all(
    modulesFolders().map(async (modules) => {
      const lock = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => undefined);
      return Promise.all([
        lock === undefined ? nestedCopies(modules) : copiesInLock(modules, lock),
        storedCopies(modules),
      ]);
    }),
  );
  return copies.flat(2);
}

/** Reads the copies from the lock file that npm writes into `node_modules`. */
function copiesInLock(modules: string, lock: string): ApiCopy[] {
  const entries = [...lock.matchAll(/"([^"]*node_modules\/@opentelemetry\/api)": \{([^}]*)/g)];
  return entries.flatMap(([, path = '', entry = '']) => {
    const version = /"version": "([^"]+)"/.exec(entry)?.[1];
    return version === undefined || entry.includes('"dev": true')
      ? []
      : [{ version, folder: join(modules, '..', path) }];
  });
}

/** Finds the copies in the stores of pnpm and Bun. */
async function storedCopies(modules: string): Promise<ApiCopy[]> {
  const stores = await Promise.all(
    ['.pnpm', '.bun'].map(async (store) =>
      (await namesIn(join(modules, store))).flatMap((name) => {
        const version = /^@opentelemetry\+api@([^_(]+)/.exec(name)?.[1];
        return version === undefined ? [] : [{ version, folder: join(modules, store, name) }];
      }),
    ),
  );
  return stores.flat();
}

/** Finds the copy in a folder `node_modules`, and those that are nested in its packages. */
async function nestedCopies(modules: string): Promise<ApiCopy[]> {
  const packages = await Promise.all(
    (await namesIn(modules)).map(async (name) =>
      name.startsWith('@') ? (await namesIn(join(modules, name))).map((part) => join(name, part)) : [name],
    ),
  );
  const folders = [modules, ...packages.flat().map((name) => join(modules, name, 'node_modules'))];
  const copies = await Promise.all(folders.map((folder) => copyIn(join(folder, '@opentelemetry', 'api'))));
  return copies.flatMap((copy) => copy ?? []);
}

/** Returns the names in a folder; none if it cannot be read. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Returns the folders `node_modules` of the program and of all folders above it. */
function modulesFolders(): string[] {
  const folders: string[] = [];
  for (let folder = programFolder(); folder !== undefined; folder = parentOf(folder)) {
    folders.push(join(folder, 'node_modules'));
  }
  return folders;
}

/** Returns the folder of the program; `undefined` if it has no file and the working directory no longer exists. */
function programFolder(): string | undefined {
  const [, file] = process.argv;
  if (file !== undefined) return dirname(file);
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function parentOf(folder: string): string | undefined {
  const parent = dirname(folder);
  return parent === folder ? undefined : parent;
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
