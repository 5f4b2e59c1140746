/**
 * Copies of otelier that are loaded in the process.
 *
 * Bundlers, module reloads and both module formats load the package several times. Copies of a compatible version share
 * one engine (`shared-state.ts`). Incompatible copies cannot, and each must know of the others to report the loss.
 */
import { fit } from '../../errors/fit.js';
import { apiRegistrations } from '../../model/api-registrations.js';
import { diag } from '../../model/diag.js';
import { compatibleRange, version } from '../../version.js';

/** A copy of the package. All versions of otelier read this list: members may be added, never changed. */
interface Copy {
  readonly version: string;
  /** Versions that share state with the copy. */
  readonly range: string;
  readonly file: string;
}

const copiesKey = Symbol.for('otelier.copies');

const thisCopy: Copy = { version, range: compatibleRange, file: fileOfThisCopy() };
let registered = false;
const warnedFiles = new Set<string>();

/** Registers this copy, once, when it is first used. Warns if an incompatible copy is in use. */
export function registerCopy(): void {
  if (registered) return;
  registered = true;
  const copies = loadedCopies();
  if (!copies.some(({ file }) => file === thisCopy.file)) copies.push(thisCopy);
  warnOfIncompatibleCopies();
}

/** Warns once about each incompatible copy, with the consequence and the remedy. Waits until a logger is set. */
export function warnOfIncompatibleCopies(): void {
  if (apiRegistrations().diag === undefined) return;
  for (const { version: other, range, file } of loadedCopies()) {
    if (range === compatibleRange || warnedFiles.has(file)) continue;
    warnedFiles.add(file);
    diag.warn(
      fit`two incompatible versions of otelier are loaded: ${version} (${ownerOf(thisCopy.file)}) and ${other} (${ownerOf(file)}): neither exports the metrics of the other; install one version (npm ls otelier)`,
    );
  }
}

/** Returns the folder of the program or the package that a copy is installed for. */
function ownerOf(file: string): string {
  return file.replace(/[\\/](?:node_modules[\\/]otelier[\\/])?dist[\\/].*$/, '');
}

function loadedCopies(): Copy[] {
  const globals = globalThis as { [copiesKey]?: Copy[] };
  globals[copiesKey] ??= [];
  return globals[copiesKey];
}

/** Reads the file of this copy from a stack trace: neither `import.meta` nor `__filename` exists after every bundler. */
function fileOfThisCopy(): string {
  const { stack = '' } = new Error();
  return /(?:file:\/\/|[A-Za-z]:\\|\/)[^\n()]*(?=:\d+:\d+)/.exec(stack)?.[0] ?? 'unknown file';
}
