/**
 * The folders of one process within the folder of an endpoint. A folder whose process ended is taken over by renaming it,
 * which succeeds for one process only.
 */
import { mkdir, readdir, rename, rmdir, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { filesOf, type StoredFile } from './files.js';
import { folderNames, isAbandoned, type Owner, releasedName } from './owners.js';

/** Folders that this process owns. */
export class Folders {
  readonly #endpoint: string;
  readonly #self: Owner;
  readonly #clock: Clock;
  readonly #nextName: () => string;
  #own = '';
  #taken: string[] = [];

  constructor(endpoint: string, self: Owner, clock: Clock) {
    this.#endpoint = endpoint;
    this.#self = self;
    this.#clock = clock;
    this.#nextName = folderNames(self);
  }

  /** Folder of new files. */
  get own(): string {
    return this.#own;
  }

  /**
   * Creates a folder for new files.
   *
   * @throws the file system's error.
   */
  async create(): Promise<void> {
    this.#own = join(this.#endpoint, this.#nextName());
    await createFolder(this.#own);
  }

  /** Takes over the folders of processes that ended. Resolves to the files in them. */
  async takeOver(): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const name of await readdir(this.#endpoint)) {
      const folder = join(this.#endpoint, name);
      if (folder === this.#own || this.#taken.includes(folder) || !(await isAbandoned(folder, this.#self, this.#clock)))
        continue;
      const renamed = join(this.#endpoint, this.#nextName());
      try {
        await rename(folder, renamed);
      } catch {
        // Another process took it over first.
        continue;
      }
      this.#taken.push(renamed);
      const found = await filesOf(renamed).catch(() => []);
      files.push(...found);
      if (found.length === 0) await this.discard(renamed);
    }
    return files;
  }

  /** Removes a folder that was taken over, if it is empty. */
  async discard(folder: string): Promise<void> {
    if (!this.#taken.includes(folder)) return;
    this.#taken = this.#taken.filter((other) => other !== folder);
    await rmdir(folder).catch(() => undefined);
  }

  /** Updates the folders' modification times, the heartbeat for processes that cannot look up this process. */
  async touch(): Promise<void> {
    const now = this.#clock.nowUnixMs() / 1_000;
    for (const folder of [this.#own, ...this.#taken]) await utimes(folder, now, now).catch(() => undefined);
  }

  /** Releases the folders to other processes. */
  async leave(): Promise<void> {
    for (const folder of [this.#own, ...this.#taken]) {
      await rmdir(folder)
        .catch(() => rename(folder, join(this.#endpoint, releasedName(basename(folder)))))
        .catch(() => undefined);
    }
  }
}

/**
 * Creates a folder and its parents. Not by `mkdir` with `recursive`, which tries for ever where the system reports that
 * parents do not exist although they do: in `/proc`.
 */
async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    await createFolder(parent).catch((reason: NodeJS.ErrnoException) => {
      // Another process has created it in the meantime.
      if (reason.code !== 'EEXIST') throw reason;
    });
    await mkdir(folder, { mode: 0o700 });
  }
}
