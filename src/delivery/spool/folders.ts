/**
 * The folders of one process below that of an endpoint. Those of processes that are gone are taken over by renaming
 * them, which one process alone succeeds with.
 */
import { mkdir, readdir, rename, rmdir, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { filesOf, type KeptFile } from './files.js';
import { folderNames, isLeft, leftName, type Owner } from './owners.js';

/** What this process has. */
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

  /** Where new files go. */
  get own(): string {
    return this.#own;
  }

  /**
   * Makes `own` anew.
   *
   * @throws what the file system throws.
   */
  async make(): Promise<void> {
    this.#own = join(this.#endpoint, this.#nextName());
    await mkdir(this.#own, { recursive: true, mode: 0o700 });
  }

  /** Makes folders of processes that are gone folders of this one; resolves to what is in them. */
  async takeOver(): Promise<KeptFile[]> {
    const files: KeptFile[] = [];
    for (const name of await readdir(this.#endpoint)) {
      const folder = join(this.#endpoint, name);
      if (folder === this.#own || this.#taken.includes(folder) || !(await isLeft(folder, this.#self, this.#clock)))
        continue;
      const ours = join(this.#endpoint, this.#nextName());
      try {
        await rename(folder, ours);
      } catch {
        // Another process was faster.
        continue;
      }
      this.#taken.push(ours);
      const found = await filesOf(ours).catch(() => []);
      files.push(...found);
      if (found.length === 0) await this.discard(ours);
    }
    return files;
  }

  /** Removes a folder that was taken over, once it is empty: it is not filled again. */
  async discard(folder: string): Promise<void> {
    if (!this.#taken.includes(folder)) return;
    this.#taken = this.#taken.filter((other) => other !== folder);
    await rmdir(folder).catch(() => undefined);
  }

  /** Tells those who cannot ask the system that this process lives. */
  async touch(): Promise<void> {
    const now = this.#clock.nowUnixMs() / 1_000;
    for (const folder of [this.#own, ...this.#taken]) await utimes(folder, now, now).catch(() => undefined);
  }

  /** Leaves them to whoever comes, at once. */
  async leave(): Promise<void> {
    for (const folder of [this.#own, ...this.#taken]) {
      await rmdir(folder)
        .catch(() => rename(folder, join(this.#endpoint, leftName(basename(folder)))))
        .catch(() => undefined);
    }
  }
}
