/**
 * The text formats: Prometheus 0.0.4 and OpenMetrics 1.0.
 *
 * What is the same at every scrape is rendered once; a scrape puts numbers behind it. Text is gathered in parts of some
 * ten kilobytes, because joining is cheap until the whole has to be laid out in one piece.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Exemplar, ExponentialBuckets, MetricStream, PointVisitor } from '../../model/points.js';
import { classicBuckets } from '../classic-buckets.js';
import { helpText, labelText, nameText, sampleText, type TextDialect } from './dialects.js';
import type { Exposition, ExpositionOptions } from './exposition.js';
import { Families } from './families.js';
import { type Family, type FamilyType, openMetricsName, openMetricsSample } from './family.js';
import type { Label } from './labels.js';
import { PartMemory } from './part-memory.js';
import { constantLabels, targetInfoLabels } from './resource.js';
import type { StreamSeries } from './stream-series.js';

/**
 * The beginnings of a series' lines, each after the line feed that ends the line before: a piece less to join.
 *
 * Of a series that has one line that alone: among many series, each object that is looked at is a wait for memory.
 */
type TextSeries = string | SeriesLines;

interface SeriesLines {
  /** Of its sample, or of its buckets up to the bound. */
  readonly key: string;
  readonly sum: string;
  readonly count: string;
  readonly created: string;
}

/** A part that is long enough to be laid out. */
const partLength = 32_768;

/** Writes one scrape at a time, in a text format. */
export class TextExposition implements PointVisitor, Exposition {
  readonly #dialect: TextDialect;
  readonly #options: ExpositionOptions;
  readonly #families: Families<TextSeries>;
  readonly #memory = new PartMemory();
  resource: Resource | undefined;
  #series: StreamSeries<TextSeries> | undefined;
  #text = '';
  #boundaries: readonly number[] = [];
  #tails: readonly string[] = [];
  #exemplars: Exemplar[] = [];
  #exemplarsOf: Attributes | undefined;

  constructor(dialect: TextDialect, options: ExpositionOptions) {
    this.#dialect = dialect;
    this.#options = options;
    this.#families = new Families(options, dialect.openMetrics, {
      render: (family, labels, { points }) => this.#render(family, labels, points === 'number'),
      keyOf: (series) => (typeof series === 'string' ? series : series.key),
    });
  }

  begin(resource: Resource): void {
    this.resource = resource;
    this.#families.begin(constantLabels(resource, this.#options));
    this.#text = '';
    this.#memory.forget();
    this.#series = undefined;
    this.#exemplarsOf = undefined;
  }

  metric(stream: MetricStream): void {
    this.#endMetric();
    this.#series = this.#families.open(stream);
  }

  number(attributes: Attributes, startUnixMs: number, _endUnixMs: number, value: number): void {
    if (this.#series === undefined) return;
    const series = this.#series.next(attributes);
    if (typeof series === 'string' && this.#exemplarsOf === undefined && value - value === 0) {
      this.#text += `${series}${value}`;
    } else {
      this.#numberWithMore(series, attributes, startUnixMs, value);
    }
    if (this.#text.length > partLength) this.#flush();
  }

  histogram(
    attributes: Attributes,
    startUnixMs: number,
    _endUnixMs: number,
    count: number,
    sum: number | undefined,
    _min: number | undefined,
    _max: number | undefined,
    boundaries: readonly number[],
    counts: ArrayLike<number>,
    from: number,
  ): void {
    if (this.#series === undefined) return;
    const series = this.#series.next(attributes) as SeriesLines;
    if (boundaries !== this.#boundaries) {
      this.#boundaries = boundaries;
      this.#tails = [...boundaries, Number.POSITIVE_INFINITY].map((bound) => `${this.#dialect.bound(bound)}"} `);
    }
    const head = series.key;
    const tails = this.#tails;
    let text = this.#text;
    let below = 0;
    if (this.#exemplarsOf === undefined) {
      for (let index = 0; index < boundaries.length; index++) {
        below += counts[from + index] as number;
        text += `${head}${tails[index]}${below}`;
      }
      text += `${head}${tails[boundaries.length]}${count}`;
    } else {
      for (let index = 0; index <= boundaries.length; index++) {
        below += counts[from + index] as number;
        const [lower, upper] = [boundaries[index - 1] ?? -Infinity, boundaries[index] ?? Infinity];
        text += `${head}${tails[index]}${below}${this.#exemplarIn(attributes, lower, upper)}`;
      }
      this.#exemplarsOf = undefined;
    }
    // Below zero a sum is no counter, which OpenMetrics does not allow, nor a count without its sum.
    const plain = !this.#dialect.openMetrics || !((boundaries[0] as number) < 0);
    if (sum !== undefined && plain) text += `${series.sum}${this.#dialect.number(sum)}`;
    if ((sum !== undefined || !this.#dialect.openMetrics) && plain) text += `${series.count}${count}`;
    if (series.created !== '') text += `${series.created}${this.#dialect.seconds(startUnixMs)}`;
    this.#text = text;
    if (text.length > partLength) this.#flush();
  }

  exponentialHistogram(
    attributes: Attributes,
    startUnixMs: number,
    endUnixMs: number,
    count: number,
    sum: number | undefined,
    min: number | undefined,
    max: number | undefined,
    scale: number,
    zeroCount: number,
    positive: ExponentialBuckets,
    negative: ExponentialBuckets,
  ): void {
    const { bounds, counts } = classicBuckets(scale, zeroCount, positive, negative);
    this.histogram(attributes, startUnixMs, endUnixMs, count, sum, min, max, bounds, counts, 0);
  }

  exemplar(attributes: Attributes, exemplar: Exemplar): void {
    if (!this.#dialect.openMetrics || this.#series === undefined) return;
    if (this.#exemplarsOf !== attributes) this.#exemplars = [];
    this.#exemplarsOf = attributes;
    this.#exemplars.push(exemplar);
  }

  end(): void {
    this.#endMetric();
  }

  families() {
    return this.#families.shown.map((family) => {
      const chunks = [this.#head(family), ...family.chunks];
      return { names: family.sampleNames, chunks };
    });
  }

  hold(): () => void {
    return this.#memory.end();
  }

  target(): string {
    const labels = this.#options.targetInfo ? targetInfoLabels(this.resource, this.#options.names) : [];
    return labels.length === 0 ? '' : this.#dialect.targetInfo(labels);
  }

  get trailer(): string {
    return this.#dialect.openMetrics ? '# EOF\n' : '';
  }

  #numberWithMore(series: TextSeries, attributes: Attributes, startUnixMs: number, value: number): void {
    const { key, created } = typeof series === 'string' ? { key: series, created: '' } : series;
    this.#text += `${key}${this.#dialect.number(value)}`;
    if (this.#exemplarsOf !== undefined && this.#series?.family.type === 'counter') {
      this.#text += this.#exemplarIn(attributes, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      this.#exemplarsOf = undefined;
    }
    if (created !== '') this.#text += `${created}${this.#dialect.seconds(startUnixMs)}`;
  }

  /** The exemplar of a bucket, as it follows the sample's value; exemplars of another series are forgotten. */
  #exemplarIn(attributes: Attributes, lower: number, upper: number): string {
    if (this.#exemplarsOf !== attributes) return '';
    const found = this.#exemplars.find(({ value }) => value > lower && value <= upper);
    return found === undefined ? '' : this.#dialect.exemplar(found, this.#options.names);
  }

  #render(family: Family, labels: readonly Label[], isNumber: boolean): TextSeries {
    const { openMetrics } = this.#dialect;
    const text = labelText(labels);
    const created =
      this.#options.createdSamples && openMetrics && (family.type === 'counter' || family.type === 'histogram')
        ? lineOf(`${openMetricsName(family)}_created`, text)
        : '';
    if (isNumber) {
      const key = lineOf(openMetrics ? openMetricsSample(family) : family.sample, text);
      return created === '' ? key : { key, sum: '', count: '', created };
    }
    const separated = text === '' ? '' : `${text},`;
    const bucket = lineOf(`${family.name}_bucket`, `${separated}le="`, -2);
    const sum = lineOf(`${family.name}_sum`, text);
    return { key: bucket, sum, count: lineOf(`${family.name}_count`, text), created };
  }

  #head(family: Family): string {
    const { openMetrics } = this.#dialect;
    const name = nameText(openMetrics ? openMetricsName(family) : family.sample);
    const type = openMetrics ? family.type : plainType(family.type);
    let head = family.help === '' ? '' : `# HELP ${name} ${helpText(family.help, openMetrics)}\n`;
    head += `# TYPE ${name} ${type}\n`;
    if (openMetrics && family.unit !== undefined) head += `# UNIT ${name} ${family.unit}\n`;
    return head;
  }

  #endMetric(): void {
    this.#flush();
    this.#series?.end();
    this.#series = undefined;
    this.#exemplarsOf = undefined;
  }

  #flush(): void {
    // From behind the first line's line feed to that of the last.
    if (this.#text !== '') this.#series?.family.chunks.push(this.#memory.write(`${this.#text}\n`).subarray(1));
    this.#text = '';
  }
}

/**
 * What comes before a value, up to `end`.
 *
 * Joined, which lays it out in one piece: it is copied at every scrape, and what `+` makes is a tree of pieces.
 */
function lineOf(name: string, labels: string, end?: number): string {
  return ['\n', sampleText(name, labels).slice(0, end)].join('');
}

/** The older format knows neither facts nor sets of states. */
function plainType(type: FamilyType): string {
  return type === 'info' || type === 'stateset' ? 'gauge' : type;
}
