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

/** The batch size that InfluxDB recommends. */
const linesPerRequest = 5_000;

/** Visits a collection. Points are valid during the call only, so the visitor keeps no reference to them. */
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

  /** Omits the buckets. */
  #writeSummary({ attributes, endUnixMs, count, sum }: DistributionPoint): void {
    this.#write(attributes, sum === undefined ? `count=${count}` : `count=${count},sum=${sum}`, endUnixMs);
  }

  #write(attributes: object, fields: string, endUnixMs: number): void {
    const tags = Object.entries(attributes).map(([key, value]) => `,${escaped(key)}=${escaped(String(value))}`);
    this.written.push(`${this.#metric}${tags.join('')} ${fields} ${Math.trunc(endUnixMs)}`);
  }
}

/**
 * Escapes a name, key or value, so that it cannot end its line or pair. Characters that the protocol cannot express are
 * percent-encoded, and so is the percent sign, so that different texts stay different.
 */
function escaped(text: string): string {
  if (text === '') return '%';
  return text
    .replace(/[\\%\p{Cc}]|^[_#]/gu, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^time$/, '%74ime')
    .replace(/[, =]/g, '\\$&');
}

/** Encodes a collection as requests, each with its number of points. */
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
