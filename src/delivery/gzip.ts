/** Compression of request bodies. */

/** Compresses at level 1, outside the main thread. Level 6 costs four times the time for 14 % fewer bytes. */
export function gzip(data: Uint8Array): Promise<Uint8Array> {
  const zlib = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    zlib.gzip(data, { level: 1 }, (error, compressed) => (error ? reject(error) : resolve(compressed)));
  });
}
