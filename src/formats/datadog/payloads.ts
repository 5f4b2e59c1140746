/** Chunks of series, put together to requests that Datadog takes: below its limits, plain and compressed. */
import type { EncodedCollection, EncodedRequest } from '../../model/request.js';
import type { SeriesOrigin } from './origin.js';
import { type Chunk, originMark } from './series-encoder.js';

/** The limits of a request (Datadog API v2, "Submit metrics"). */
export interface PayloadLimits {
  readonly maxBytes: number;
  readonly maxCompressedBytes: number;
}

/** Those that Datadog documents; the plain size must be less than five megabytes. */
const seriesLimits: PayloadLimits = { maxBytes: 5_242_879, maxCompressedBytes: 512_000 };

const opening = Buffer.from('{"series":[');
const closing = Buffer.from(']}');

/** Chunks that are written before others may run: a few milliseconds. */
const chunksPerSlice = 16;

interface Part {
  readonly bytes: Uint8Array;
  readonly points: number;
}

/** Writes the origin into the chunks, and fills compressed requests with them. */
export async function payloadsOf(
  chunks: readonly Chunk[],
  origin: SeriesOrigin,
  limits: PayloadLimits = seriesLimits,
): Promise<EncodedCollection> {
  const requests: EncodedRequest[] = [];
  let oversized = 0;
  // In a replacement, a dollar sign has a meaning.
  const common = originText(origin).replaceAll('$', '$$$$');

  /** Sends what compresses too little as two halves. */
  async function add(parts: readonly Part[]): Promise<void> {
    const body = await compress(joined(parts));
    const points = parts.reduce((sum, part) => sum + part.points, 0);
    if (body.length <= limits.maxCompressedBytes) requests.push({ body, points });
    else if (parts.length === 1) oversized += points;
    else {
      const middle = Math.ceil(parts.length / 2);
      await add(parts.slice(0, middle));
      await add(parts.slice(middle));
    }
  }

  let parts: Part[] = [];
  let bytes = opening.length + closing.length;
  for (const [index, chunk] of chunks.entries()) {
    if (index % chunksPerSlice === chunksPerSlice - 1) await new Promise(setImmediate);
    const part = { bytes: Buffer.from(chunk.text.replaceAll(originMark, common)), points: chunk.points };
    if (opening.length + closing.length + part.bytes.length > limits.maxBytes) {
      oversized += part.points;
      continue;
    }
    if (bytes + part.bytes.length > limits.maxBytes) {
      await add(parts);
      parts = [];
      bytes = opening.length + closing.length;
    }
    parts.push(part);
    bytes += part.bytes.length;
  }
  if (parts.length > 0) await add(parts);
  return { requests, oversized };
}

/** What every series has of its origin. Open at its end, where the tags of the series follow. */
function originText({ host, tags }: SeriesOrigin): string {
  const resources = host === undefined ? '' : `"resources":[{"type":"host","name":${JSON.stringify(host)}}],`;
  return `${resources}"tags":[${tags.map((tag) => JSON.stringify(tag)).join(',')}`;
}

/** Every chunk begins with a comma; the first one of a request must not. */
function joined(parts: readonly Part[]): Buffer {
  const bytes = parts.map((part, index) => (index === 0 ? part.bytes.subarray(1) : part.bytes));
  return Buffer.concat([opening, ...bytes, closing]);
}

/** Not on the thread of the application. */
function compress(data: Uint8Array): Promise<Uint8Array> {
  const { gzip } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    gzip(data, { level: 1 }, (error, compressed) => (error ? reject(error) : resolve(compressed)));
  });
}
