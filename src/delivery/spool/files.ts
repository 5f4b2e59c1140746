/**
 * One request as a file, which is there whole or not at all.
 *
 * What has to be known without opening a file is in its name, so that no folder, however full, is read to be put in
 * order or to make room: when it was kept, its place among those of the same time, its points, and its size. A file
 * begins with a magic number and its version, followed by the CRC-32 of its name and of the gzip that is the rest.
 */
import { open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, gunzip, gzip } from 'node:zlib';

/** What the name of a file says. */
export interface KeptFile {
  readonly folder: string;
  readonly name: string;
  readonly keptUnixMs: number;
  readonly points: number;
  /** All of the file. */
  readonly bytes: number;
}

const magic = Buffer.from('OTELSPL\x01', 'latin1');
const headerBytes = magic.length + 4;
const partSuffix = '.part';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Writes a request, on the disk when this resolves, under a name that it does not have for good yet: see `complete`.
 *
 * @param sequence tells files of the same time apart and keeps their order.
 * @throws what the file system throws; nothing is left behind then.
 */
export async function writePart(
  folder: string,
  body: Uint8Array,
  { keptUnixMs, sequence, points }: { keptUnixMs: number; sequence: number; points: number },
): Promise<KeptFile> {
  // Fast rather than small, and not on the thread of the application.
  const packed = await pack(body, { level: 1 });
  const bytes = headerBytes + packed.length;
  const name = `${padded(keptUnixMs, 15)}-${padded(sequence, 9)}-${points}-${bytes}.request`;
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
  return { folder, name, keptUnixMs, points, bytes };
}

/** Gives a part its name. On the disk once `syncFolder` has resolved. */
export async function complete({ folder, name }: KeptFile): Promise<void> {
  await rename(join(folder, name + partSuffix), join(folder, name));
}

/** Removes a file, complete or not; one that is not there is none to remove. */
export async function remove({ folder, name }: KeptFile): Promise<void> {
  for (const path of [join(folder, name), join(folder, name + partSuffix)]) {
    try {
      await unlink(path);
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
  }
}

/** Whether an error says that there is no such file. */
export function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The request; `undefined` when the file is not what was written. */
export async function readRequest({ folder, name }: KeptFile): Promise<Uint8Array | undefined> {
  const content = await readFile(join(folder, name));
  const packed = content.subarray(headerBytes);
  if (content.length < headerBytes || !content.subarray(0, magic.length).equals(magic)) return undefined;
  if (content.readUInt32BE(magic.length) !== checksum(name, packed)) return undefined;
  return unpack(packed).catch(() => undefined);
}

/** The requests in a folder, in no order; parts of them, which nobody will complete, are removed. */
export async function filesOf(folder: string): Promise<KeptFile[]> {
  const files: KeptFile[] = [];
  for (const name of await readdir(folder)) {
    const [, time, points, bytes] = /^(\d{15})-\d{9,}-(\d+)-(\d+)\.request$/.exec(name) ?? [];
    if (time !== undefined)
      files.push({ folder, name, keptUnixMs: Number(time), points: Number(points), bytes: Number(bytes) });
    else if (name.endsWith(partSuffix)) await rm(join(folder, name), { force: true });
  }
  return files;
}

/** Has the names in a folder survive the end of the machine. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
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
