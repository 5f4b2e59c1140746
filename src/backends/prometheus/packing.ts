/** Packs answers, in threads of their own, and each only once however many asked for it. */
import type { ContentEncoding } from './negotiation.js';

/** Level 1 of gzip takes a quarter of the time of level 6 and is larger by a seventh. */
const fast = 1;

const packed = new WeakMap<readonly Uint8Array[], Map<ContentEncoding, Promise<readonly Uint8Array[]>>>();

/** The ways of packing that this Node has, the better ones first. */
export function availableEncodings(): readonly ContentEncoding[] {
  const zlib = process.getBuiltinModule('node:zlib') as { createZstdCompress?: unknown };
  return zlib.createZstdCompress === undefined ? ['gzip'] : ['zstd', 'gzip'];
}

/** The parts of an answer, packed. */
export function pack(parts: readonly Uint8Array[], encoding: ContentEncoding): Promise<readonly Uint8Array[]> {
  if (encoding === 'identity') return Promise.resolve(parts);
  let byEncoding = packed.get(parts);
  if (byEncoding === undefined) {
    byEncoding = new Map();
    packed.set(parts, byEncoding);
  }
  let result = byEncoding.get(encoding);
  if (result === undefined) {
    result = packNow(parts, encoding);
    byEncoding.set(encoding, result);
  }
  return result;
}

async function packNow(parts: readonly Uint8Array[], encoding: 'gzip' | 'zstd'): Promise<readonly Uint8Array[]> {
  const zlib = process.getBuiltinModule('node:zlib') as typeof import('node:zlib') & {
    createZstdCompress?: () => NodeJS.ReadWriteStream;
  };
  const stream = encoding === 'gzip' ? zlib.createGzip({ level: fast }) : zlib.createZstdCompress?.();
  if (stream === undefined) return parts;
  const result: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('data', (part: Uint8Array) => result.push(part));
    stream.on('end', resolve);
    stream.on('error', reject);
  });
  for (const part of parts) {
    // The next part waits for the one before: what is handed over is in memory twice.
    if (!stream.write(part)) await new Promise<void>((resolve) => stream.once('drain', () => resolve()));
  }
  stream.end();
  await ended;
  return result;
}
