/**
 * A backlog on disk: what could not be delivered outlives the process, and is delivered in the order of its keeping.
 *
 * A file is removed once its request was answered: a request that is on its way when the process is killed is sent again,
 * byte for byte, by the next one.
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../../model/clock.js';
import type { EncodedRequest } from '../../model/request.js';
import type { Backlog } from '../backlog.js';
import type { DropCause, SpoolPlace, WaitingCounts } from '../contract.js';
import { reasonOf } from '../deliveries.js';
import { complete, isAbsence, type KeptFile, readRequest, remove, syncFolder, writePart } from './files.js';
import { Folders } from './folders.js';
import { hashOf } from './hash.js';
import { removeLeftovers } from './leftovers.js';
import { thisProcess } from './owners.js';

/** What a spool is for, and whom it tells. */
export interface SpoolOptions {
  /** `undefined` when nobody asked for a spool. */
  readonly place: SpoolPlace | undefined;
  /** The backend's, for messages and for the folder. */
  readonly name: string;
  /** What tells endpoints, and how they are written to, apart. It may hold secrets: only its hash is seen. */
  readonly identity: string;
  readonly clock: Clock;
  warn(message: string): void;
  dropped(points: number, cause: DropCause): void;
}

/** How often a process gives a sign of life, and looks for folders whose process has ended. */
const signOfLifeMs = 60_000;

/**
 * Opens the spool of one endpoint and takes over what earlier processes left there. Never rejects.
 *
 * @returns `undefined` without a place, and when the folder cannot be used, which is said.
 */
export async function openSpool(options: SpoolOptions): Promise<Backlog | undefined> {
  const { place, name, identity, clock, warn, dropped } = options;
  if (place === undefined) return undefined;
  try {
    const self = await thisProcess();
    const endpoint = `${name}-${hashOf(identity)}`;
    // Wherever the application goes to later.
    const directory = resolve(place.directory);
    const spool = new Spool(new Folders(join(directory, endpoint), self, clock), place, options);
    await spool.open();
    const found = await readdir(directory).catch(() => []);
    const others = found.filter((other) => isEndpoint(other, name) && other !== endpoint);
    const paths = others.map((other) => join(directory, other));
    const leftovers = await removeLeftovers(paths, self, clock, place.maxAgeMs);
    if (leftovers > 0) dropped(leftovers, 'too old');
    return spool;
  } catch (error) {
    warn(
      `${name}: spoolDirectory (OTELIER_SPOOL_DIR) ${place.directory} cannot be used: ${reasonOf(error)}. What cannot be delivered is not kept on disk.`,
    );
    return undefined;
  }
}

function isEndpoint(folder: string, name: string): boolean {
  return folder.startsWith(`${name}-`) && /^[0-9a-f]{16}$/.test(folder.slice(name.length + 1));
}

class Spool implements Backlog {
  readonly durable = true;
  readonly #folders: Folders;
  readonly #place: SpoolPlace;
  readonly #options: SpoolOptions;
  /** In order. */
  #files: KeptFile[] = [];
  #bytes = 0;
  /** The one that `first` has given: it may be on its way. */
  #head: { readonly file: KeptFile; readonly request: EncodedRequest } | undefined;
  #sequence = 0;
  #lastUnixMs = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** What was said, until it is over. */
  readonly #said = new Set<'keep' | 'read' | 'remove'>();

  constructor(folders: Folders, place: SpoolPlace, options: SpoolOptions) {
    this.#folders = folders;
    this.#place = place;
    this.#options = options;
  }

  /** @throws what the file system throws when nothing can be written. */
  async open(): Promise<void> {
    await this.#folders.make();
    this.#add(await this.#folders.takeOver());
    await this.#makeRoom(0);
    this.#timer = setInterval(() => void this.#inTurn(() => this.#lookAround()).catch(() => undefined), signOfLifeMs);
    this.#timer.unref();
  }

  keep(requests: readonly EncodedRequest[]): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#closed) return false;
      const parts: KeptFile[] = [];
      try {
        await this.#write(requests, parts);
        const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
        if (bytes > this.#place.maxBytes)
          throw new Error(`it takes ${bytes} bytes, and spoolMaxBytes is ${this.#place.maxBytes}`);
        for (const part of parts) await complete(part);
        await syncFolder(this.#folders.own);
        await this.#makeRoom(bytes);
        this.#files.push(...parts);
        this.#bytes += bytes;
        this.#said.delete('keep');
        return true;
      } catch (error) {
        // All of it or nothing: what is not kept becomes part of what is delivered later.
        for (const part of parts) await this.#remove(part);
        this.#say(
          'keep',
          `what cannot be delivered cannot be kept either: ${reasonOf(error)}. Delivery goes on without; said once until it can`,
        );
        return false;
      }
    });
  }

  first(): Promise<EncodedRequest | undefined> {
    return this.#inTurn(async () => {
      while (!this.#closed) {
        const file = this.#head?.file ?? this.#files[0];
        if (file === undefined) return undefined;
        if (this.#options.clock.nowUnixMs() - file.keptUnixMs > this.#place.maxAgeMs) {
          await this.#giveUp(file, 'too old');
          continue;
        }
        if (this.#head !== undefined) return this.#head.request;
        const body = await this.#read(file);
        if (body === undefined) continue;
        this.#head = { file, request: { body, points: file.points } };
      }
      return undefined;
    });
  }

  removeFirst(): Promise<void> {
    return this.#inTurn(async () => {
      const file = this.#head?.file;
      if (file === undefined) return;
      this.#forget(file);
      await this.#remove(file);
      // Without, the end of the machine could bring the file back, to be sent again.
      await syncFolder(file.folder).catch(() => undefined);
    });
  }

  waiting(): WaitingCounts {
    const points = this.#files.reduce((sum, file) => sum + file.points, 0);
    return { requests: this.#files.length, points, bytes: this.#bytes };
  }

  /** What is on disk stays there for whoever comes. */
  close(): Promise<number> {
    return this.#inTurn(async () => {
      this.#closed = true;
      clearInterval(this.#timer);
      await this.#folders.leave();
      this.#files = [];
      this.#head = undefined;
      return 0;
    });
  }

  /** One after another, whoever asks. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(requests: readonly EncodedRequest[], parts: KeptFile[]): Promise<void> {
    // In the order of keeping, also when the clock is set back.
    this.#lastUnixMs = Math.max(this.#lastUnixMs, this.#options.clock.nowUnixMs());
    for (const { body, points } of requests) {
      const facts = { keptUnixMs: this.#lastUnixMs, sequence: this.#sequence++, points };
      const write = () => writePart(this.#folders.own, body, facts);
      const part = await write().catch(async (error: unknown) => {
        // Somebody has taken the folder away, or over.
        if (!isAbsence(error)) throw error;
        await this.#folders.make();
        return write();
      });
      parts.push(part);
    }
  }

  /** The oldest make room for so many bytes, but for the one that may be on its way. */
  async #makeRoom(bytes: number): Promise<void> {
    while (this.#bytes + bytes > this.#place.maxBytes) {
      const oldest = this.#files.find((file) => file !== this.#head?.file);
      if (oldest === undefined) return;
      await this.#giveUp(oldest, 'no room');
    }
  }

  async #giveUp(file: KeptFile, cause: DropCause): Promise<void> {
    this.#forget(file);
    await this.#remove(file);
    this.#options.dropped(file.points, cause);
  }

  #forget(file: KeptFile): void {
    if (this.#head?.file === file) this.#head = undefined;
    const place = this.#files.indexOf(file);
    if (place === -1) return;
    this.#files.splice(place, 1);
    this.#bytes -= file.bytes;
  }

  async #remove(file: KeptFile): Promise<void> {
    try {
      await remove(file);
      if (!this.#files.some(({ folder }) => folder === file.folder)) await this.#folders.discard(file.folder);
    } catch (error) {
      this.#say(
        'remove',
        `what is done with cannot be removed, and a later process may send it again: ${reasonOf(error)}`,
      );
    }
  }

  /** The request of a file; without, the file is none any more. */
  async #read(file: KeptFile): Promise<Uint8Array | undefined> {
    try {
      const body = await readRequest(file);
      if (body !== undefined) return body;
      this.#say('read', `${join(file.folder, file.name)} is damaged and is removed; others like it are, too`);
      await this.#giveUp(file, 'not kept');
    } catch (error) {
      this.#forget(file);
      // Who took it over delivers it.
      if (!isAbsence(error))
        this.#say('read', `what was kept cannot be read and is left where it is: ${reasonOf(error)}`);
    }
    return undefined;
  }

  async #lookAround(): Promise<void> {
    if (this.#closed) return;
    await this.#folders.touch();
    this.#add(await this.#folders.takeOver());
  }

  #add(files: readonly KeptFile[]): void {
    if (files.length === 0) return;
    this.#files = [...this.#files, ...files].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#bytes = this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #say(occasion: 'keep' | 'read' | 'remove', message: string): void {
    if (!this.#said.has(occasion)) this.#options.warn(`${this.#options.name}: ${message}.`);
    this.#said.add(occasion);
  }
}
