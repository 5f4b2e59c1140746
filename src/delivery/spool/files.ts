/**
 * One stored request per file; a file is complete or absent.
 *
 * The file name holds the time of storing, a sequence number, the number of points and the size, so that files are ordered
 * and dropped without being opened. The content is a magic number with a version, a CRC-32, and the body as gzip. The CRC-32
 * covers the file name and the compressed body.
 */
import { open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, gunzip } from 'node:zlib';
import { gzip } from '../gzip.js';

/** A stored file: its folder, its name and the fields in the name. */
export interface StoredFile {
  readonly folder: string;
  readonly name: string;
  readonly storedUnixMs: number;
  readonly points: number;
  /** Size of the whole file. */
  readonly bytes: number;
}

const magic = Buffer.from('OTELSPL\x01', 'latin1');
const headerBytes = magic.length + 4;
const partSuffix = '.part';

const unpack = promisify(gunzip);

/**
 * Writes and syncs a request under a temporary name; `complete` renames it.
 *
 * @param sequence orders files of the same time.
 * @throws the file system's error; no file is left behind.
 */
export async function writePart(
  folder: string,
  body: Uint8Array,
  { storedUnixMs, sequence, points }: { storedUnixMs: number; sequence: number; points: number },
): Promise<StoredFile> {
  const packed = await gzip(body);
  const bytes = headerBytes + packed.length;
  const name = `${padded(storedUnixMs, 15)}-${padded(sequence, 9)}-${points}-${bytes}.request`;
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32BE(checksum(name, packed), magic.length);
  const path = join(folder, name + partSuffix);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(header);
    await file.writeFile(packed);
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
  return { folder, name, storedUnixMs, points, bytes };
}

/** Renames a written request to its final name. Durable once `syncFolder` has resolved. */
export async function complete({ folder, name }: StoredFile): Promise<void> {
  await rename(join(folder, name + partSuffix), join(folder, name));
}

/** Removes a file under its final or temporary name. An absent file is not an error. */
export async function remove({ folder, name }: StoredFile): Promise<void> {
  for (const path of [join(folder, name), join(folder, name + partSuffix)]) {
    try {
      await unlink(path);
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
  }
}

/** True if the error reports an absent file or folder. */
export function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Returns the request, or `undefined` if the file is damaged. */
export async function readRequest({ folder, name }: StoredFile): Promise<Uint8Array | undefined> {
  const content = await readFile(join(folder, name));
  const packed = content.subarray(headerBytes);
  if (content.length < headerBytes || !content.subarray(0, magic.length).equals(magic)) return undefined;
  if (content.readUInt32BE(magic.length) !== checksum(name, packed)) return undefined;
  return unpack(packed).catch(() => undefined);
}

/** Returns the stored requests of a folder, unordered. Removes incomplete files. */
export async function filesOf(folder: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const name of await readdir(folder)) {
    const [, time, points, bytes] = /^(\d{15})-\d{9,}-(\d+)-(\d+)\.request$/.exec(name) ?? [];
    if (time !== undefined)
      files.push({ folder, name, storedUnixMs: Number(time), points: Number(points), bytes: Number(bytes) });
    else if (name.endsWith(partSuffix)) await rm(join(folder, name), { force: true });
  }
  return files;
}

/** Syncs a folder, so that its file names survive a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function checksum(name: string, packed: Uint8Array): number {
  return crc32(packed, crc32(name));
}

function padded(value: number, digits: number): string {
  return String(Math.max(0, Math.trunc(value))).padStart(digits, '0');
}
