/** Points as lines of InfluxDB's line protocol: `metric,key=value value=1 1700000000000`, times in milliseconds. */
import type {
  Collected,
  DistributionPoint,
  EncodedCollection,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  PointVisitor,
} from 'otelier/backends';

/** InfluxDB is at its best with batches of this size. */
const linesPerRequest = 5_000;

/** Visits a collection. Points are valid during the call only, so nothing of them is kept. */
class Lines implements PointVisitor {
  readonly written: string[] = [];
  #metric = '';

  metric({ name }: MetricStream): void {
    this.#metric = escaped(name);
  }

  number({ attributes, endUnixMs, value }: NumberPoint): void {
    this.#write(attributes, `value=${value}`, endUnixMs);
  }

  histogram(point: HistogramPoint): void {
    this.#writeSummary(point);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    this.#writeSummary(point);
  }

  /** Leaves the buckets out. */
  #writeSummary({ attributes, endUnixMs, count, sum }: DistributionPoint): void {
    this.#write(attributes, sum === undefined ? `count=${count}` : `count=${count},sum=${sum}`, endUnixMs);
  }

  #write(attributes: object, fields: string, endUnixMs: number): void {
    const tags = Object.entries(attributes).map(([key, value]) => `,${escaped(key)}=${escaped(String(value))}`);
    this.written.push(`${this.#metric}${tags.join('')} ${fields} ${Math.trunc(endUnixMs)}`);
  }
}

/**
 * A name, key or value that cannot end its line or its pair. What the protocol has no way to write is percent-encoded,
 * as is the percent sign, so that what was different stays different.
 */
function escaped(text: string): string {
  if (text === '') return '%';
  return text
    .replace(/[\\%\p{Cc}]|^[_#]/gu, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^time$/, '%74ime')
    .replace(/[, =]/g, '\\$&');
}

/** A collection as requests, and how many points are in each. */
export async function encodeLines(collected: Collected): Promise<EncodedCollection> {
  const lines = new Lines();
  await collected.walk(lines);
  const requests = [];
  for (let from = 0; from < lines.written.length; from += linesPerRequest) {
    const part = lines.written.slice(from, from + linesPerRequest);
    requests.push({ body: Buffer.from(`${part.join('\n')}\n`), points: part.length });
  }
  return { requests, oversized: 0 };
}
