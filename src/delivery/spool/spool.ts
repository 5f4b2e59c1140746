/**
 * A request queue on disk: undelivered requests outlive the process and are delivered in the order in which they were stored.
 *
 * A file is removed when its request was answered. A request that is under way when the process is killed is sent again by
 * the next process, byte for byte.
 */

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fit } from '../../errors/fit.js';
import { cut } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import type { EncodedRequest } from '../../model/request.js';
import type { DropCause, SpoolLocation, WaitingCounts } from '../contract.js';
import type { Queue } from '../queue.js';
import { reasonOf } from '../reason.js';
import { complete, isAbsence, readRequest, remove, type StoredFile, syncFolder, writePart } from './files.js';
import { Folders } from './folders.js';
import { hashOf } from './hash.js';
import { removeLeftovers } from './leftovers.js';
import { thisProcess } from './owners.js';

/** Endpoint and callbacks of a spool. */
export interface SpoolOptions {
  /** `undefined` if no spool is configured. */
  readonly location: SpoolLocation | undefined;
  /** Name of the backend, for messages and for the folder. */
  readonly name: string;
  /** Identifies the endpoint and its encoding. May hold secrets: only its hash is stored. */
  readonly identity: string;
  readonly clock: Clock;
  warn(message: string): void;
  dropped(points: number, cause: DropCause): void;
}

/** Milliseconds between two heartbeats of a process, and between two searches for folders of processes that ended. */
const heartbeatMs = 60_000;

/**
 * Opens the spool of one endpoint and takes over the files of processes that ended. Never rejects.
 *
 * @returns `undefined` if no spool is configured, or if the folder cannot be used, which is logged.
 */
export async function openSpool(options: SpoolOptions): Promise<Queue | undefined> {
  const { location, name, identity, clock, warn, dropped } = options;
  if (location === undefined) return undefined;
  try {
    const self = await thisProcess();
    const endpoint = `${name}-${hashOf(identity)}`;
    // Absolute: the application may change its working directory.
    const directory = resolve(location.directory);
    const spool = new Spool(new Folders(join(directory, endpoint), self, clock), location, options);
    await spool.open();
    const found = await readdir(directory).catch(() => []);
    const others = found.filter((other) => isEndpoint(other, name) && other !== endpoint);
    const paths = others.map((other) => join(directory, other));
    const leftovers = await removeLeftovers(paths, self, clock, location.maxAgeMs);
    if (leftovers > 0) dropped(leftovers, 'too old');
    return spool;
  } catch (error) {
    warn(
      fit`${name}: cannot use spool folder ${location.directory} (spoolDirectory, OTELIER_SPOOL_DIR): ${reasonOf(error)}; undelivered points are kept in memory only`,
    );
    return undefined;
  }
}

function isEndpoint(folder: string, name: string): boolean {
  return folder.startsWith(`${name}-`) && /^[0-9a-f]{16}$/.test(folder.slice(name.length + 1));
}

class Spool implements Queue {
  readonly #folders: Folders;
  readonly #location: SpoolLocation;
  readonly #options: SpoolOptions;
  /** Oldest first. */
  #files: StoredFile[] = [];
  #bytes = 0;
  /** The request that `first` returned: it may be under way. */
  #head: { readonly file: StoredFile; readonly request: EncodedRequest } | undefined;
  /** A stored request that was under way when it was added. */
  #underWay: { readonly file: StoredFile; readonly request: EncodedRequest } | undefined;
  #sequence = 0;
  #lastUnixMs = 0;
  /** Serializes operations. */
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Problems that were logged and have not ended. */
  readonly #warned = new Set<'add' | 'read' | 'remove'>();

  constructor(folders: Folders, location: SpoolLocation, options: SpoolOptions) {
    this.#folders = folders;
    this.#location = location;
    this.#options = options;
  }

  /** @throws the file system's error if nothing can be written. */
  async open(): Promise<void> {
    await this.#folders.create();
    this.#insert(await this.#folders.takeOver());
    await this.#makeRoom(0);
    this.#timer = setInterval(() => void this.#inTurn(() => this.#heartbeat()).catch(() => undefined), heartbeatMs);
    this.#timer.unref();
  }

  add(requests: readonly EncodedRequest[], underWay?: EncodedRequest): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#closed) return false;
      const parts: StoredFile[] = [];
      try {
        await this.#write(requests, parts);
        const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
        if (bytes > this.#location.maxBytes)
          throw new Error(`${bytes} bytes exceed spoolMaxBytes (${this.#location.maxBytes})`);
        for (const part of parts) await complete(part);
        await syncFolder(this.#folders.own);
        await this.#makeRoom(bytes);
        this.#files.push(...parts);
        this.#bytes += bytes;
        const file = underWay === undefined ? undefined : parts[requests.indexOf(underWay)];
        if (underWay !== undefined && file !== undefined) this.#underWay = { file, request: underWay };
        this.#warned.delete('add');
        return true;
      } catch (error) {
        // All or nothing: points that are not stored become part of a later collection.
        for (const part of parts) await this.#remove(part);
        this.#warnOnce(
          'add',
          `cannot store undelivered requests: ${cut(reasonOf(error), 90)}; they are kept in memory; logged once`,
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
        if (this.#options.clock.nowUnixMs() - file.storedUnixMs > this.#location.maxAgeMs) {
          await this.#drop(file, 'too old');
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

  remove(request: EncodedRequest): Promise<boolean> {
    return this.#inTurn(async () => {
      const held = [this.#head, this.#underWay].find((other) => other?.request === request);
      if (held === undefined) return false;
      const { file } = held;
      this.#forget(file);
      await this.#remove(file);
      // Otherwise a power failure could restore the file, and its request would be sent again.
      await syncFolder(file.folder).catch(() => undefined);
      return true;
    });
  }

  waiting(): WaitingCounts {
    const points = this.#files.reduce((sum, file) => sum + file.points, 0);
    return { requests: this.#files.length, points, bytes: this.#bytes };
  }

  /** Leaves the files to the next process. No points are lost. */
  close(): Promise<number> {
    return this.#inTurn(async () => {
      this.#closed = true;
      clearInterval(this.#timer);
      await this.#folders.leave();
      this.#head = undefined;
      return 0;
    });
  }

  /** Runs operations one after another. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(requests: readonly EncodedRequest[], parts: StoredFile[]): Promise<void> {
    // Never decreases, so that files keep their order when the clock is set back.
    this.#lastUnixMs = Math.max(this.#lastUnixMs, this.#options.clock.nowUnixMs());
    for (const { body, points } of requests) {
      const facts = { storedUnixMs: this.#lastUnixMs, sequence: this.#sequence++, points };
      const write = () => writePart(this.#folders.own, body, facts);
      const part = await write().catch(async (error: unknown) => {
        // The folder was removed, or taken over by another process.
        if (!isAbsence(error)) throw error;
        await this.#folders.create();
        return write();
      });
      parts.push(part);
    }
  }

  /** Drops the oldest files until `bytes` more fit, except the file whose request may be under way. */
  async #makeRoom(bytes: number): Promise<void> {
    while (this.#bytes + bytes > this.#location.maxBytes) {
      const oldest = this.#files.find((file) => file !== this.#head?.file && file !== this.#underWay?.file);
      if (oldest === undefined) return;
      await this.#drop(oldest, 'no room');
    }
  }

  async #drop(file: StoredFile, cause: DropCause): Promise<void> {
    this.#forget(file);
    await this.#remove(file);
    this.#options.dropped(file.points, cause);
  }

  #forget(file: StoredFile): void {
    if (this.#head?.file === file) this.#head = undefined;
    if (this.#underWay?.file === file) this.#underWay = undefined;
    const index = this.#files.indexOf(file);
    if (index === -1) return;
    this.#files.splice(index, 1);
    this.#bytes -= file.bytes;
  }

  async #remove(file: StoredFile): Promise<void> {
    try {
      await remove(file);
      if (!this.#files.some(({ folder }) => folder === file.folder)) await this.#folders.discard(file.folder);
    } catch (error) {
      this.#warnOnce(
        'remove',
        `cannot remove a delivered request: ${reasonOf(error)}; a later process may send it again`,
      );
    }
  }

  /** Returns the request of a file. Drops a damaged file. */
  async #read(file: StoredFile): Promise<Uint8Array | undefined> {
    try {
      const body = await readRequest(file);
      if (body !== undefined) return body;
      this.#warnOnce(
        'read',
        `dropped damaged file ${join(file.folder, file.name)}; further ones are dropped without a message`,
      );
      await this.#drop(file, 'not kept');
    } catch (error) {
      this.#forget(file);
      this.#warnOnce('read', `cannot read a stored request: ${reasonOf(error)}; its points count as dropped`);
      this.#options.dropped(file.points, 'not kept');
    }
    return undefined;
  }

  async #heartbeat(): Promise<void> {
    if (this.#closed) return;
    await this.#folders.touch();
    this.#insert(await this.#folders.takeOver());
  }

  #insert(files: readonly StoredFile[]): void {
    if (files.length === 0) return;
    this.#files = [...this.#files, ...files].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#bytes = this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #warnOnce(problem: 'add' | 'read' | 'remove', message: string): void {
    if (!this.#warned.has(problem)) this.#options.warn(`${this.#options.name}: ${message}`);
    this.#warned.add(problem);
  }
}
