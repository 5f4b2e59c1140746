/**
 * Reduces source maps to one position per line, without the text of the sources.
 *
 * A stack trace needs the file and the line. Complete maps are larger than the code that they describe, twice: once for
 * each module format.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';

/** Reduces every map in a folder. */
export function reduceSourceMaps(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.map')) continue;
    const file = join(folder, name);
    const { sourcesContent: _text, ...map } = JSON.parse(readFileSync(file, 'utf8'));
    const lines = decode(map.mappings).map(([first]) => (first === undefined ? [] : [first.slice(0, 4)]));
    writeFileSync(file, JSON.stringify({ ...map, names: [], mappings: encode(lines) }));
  }
}
