/** Assembly of chunks into requests within Datadog's limits, uncompressed and compressed. */
import type { EncodedCollection, EncodedRequest } from '../../model/request.js';
import type { SeriesOrigin } from './origin.js';
import { type Chunk, originMark } from './series-encoder.js';

/** Limits of a request (Datadog API v2, "Submit metrics"). */
export interface PayloadLimits {
  readonly maxBytes: number;
  readonly maxCompressedBytes: number;
}

/** Documented limits; the uncompressed size must be less than five megabytes. */
const seriesLimits: PayloadLimits = { maxBytes: 5_242_879, maxCompressedBytes: 512_000 };

const opening = Buffer.from('{"series":[');
const closing = Buffer.from(']}');

/** Chunks that are written between two turns of the event loop; they take a few milliseconds. */
const chunksPerSlice = 16;

interface Part {
  readonly bytes: Uint8Array;
  readonly points: number;
}

/** Inserts the origin into the chunks and fills requests with them. `compress` returns the gzip of its argument. */
export async function payloadsOf(
  chunks: readonly Chunk[],
  origin: SeriesOrigin,
  compress: (data: Uint8Array) => Promise<Uint8Array>,
  limits: PayloadLimits = seriesLimits,
): Promise<EncodedCollection> {
  const requests: EncodedRequest[] = [];
  let oversized = 0;
  // `replaceAll` interprets dollar signs in the replacement.
  const common = originText(origin).replaceAll('$', '$$$$');

  /** Adds a request; splits it into halves if it exceeds the compressed limit. */
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

/** Renders the origin as JSON. The list of tags is left open for the tags of the series. */
function originText({ host, tags }: SeriesOrigin): string {
  const resources = host === undefined ? '' : `"resources":[{"type":"host","name":${JSON.stringify(host)}}],`;
  return `${resources}"tags":[${tags.map((tag) => JSON.stringify(tag)).join(',')}`;
}

/** Joins chunks. Each starts with a comma, which the first chunk of a request must not have. */
function joined(parts: readonly Part[]): Buffer {
  const bytes = parts.map((part, index) => (index === 0 ? part.bytes.subarray(1) : part.bytes));
  return Buffer.concat([opening, ...bytes, closing]);
}
