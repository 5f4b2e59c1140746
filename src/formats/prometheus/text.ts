/**
 * Text formats: Prometheus 0.0.4, OpenMetrics 1.0 and OpenMetrics 2.0.
 *
 * The constant part of each line is rendered once, and a scrape appends numbers to it. Text is collected in parts of
 * about 32 KiB: concatenation is cheap until a string has to be flattened.
 */
import type { Resource } from '../../model/otel-data.js';
import { noExemplars } from '../../model/point-views.js';
import type {
  Exemplar,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
} from '../../model/points.js';
import { classicHistogram } from '../classic-buckets.js';
import { bucketHeads, classicFields, compositeStart, nativeFields } from './composite-values.js';
import { helpText, labelText, nameText, sampleText, type TextDialect } from './dialects.js';
import { exemplarInBucket } from './exemplar-labels.js';
import type { ExpositionEncoder, ExpositionOptions } from './exposition-encoder.js';
import { type Family, type FamilyType, openMetricsName, openMetricsSample } from './family.js';
import { FamilyRegistry } from './family-registry.js';
import type { Label } from './labels.js';
import type { PointWriter } from './merged-series.js';
import { hasSchema } from './native-histogram.js';
import { PartMemory } from './part-memory.js';
import type { RenderedStream } from './rendered-stream.js';
import { constantLabels, targetInfoLabels } from './resource-labels.js';

/**
 * Constant parts of the lines of a series. Each starts with the line feed that ends the previous line, which saves a
 * concatenation. A series with one line has only a string: with many series, each further object is a wait for memory.
 */
type RenderedLines = string | HistogramLines;

interface HistogramLines {
  /** Start of the sample, or of the buckets up to their bound. */
  readonly key: string;
  readonly sum: string;
  readonly count: string;
  /** Start of the sample or field with the start time; empty if the format does not show it. */
  readonly created: string;
}

/** Separates the start time of OpenMetrics 2.0 from the value. */
const inlineStart = ' st@';

/** Characters from which a part is written to memory. */
const partLength = 32_768;

/** Encodes scrapes in a text format. */
export class TextExposition implements PointVisitor, ExpositionEncoder {
  readonly #dialect: TextDialect;
  readonly #options: ExpositionOptions;
  readonly #families: FamilyRegistry<RenderedLines>;
  readonly #memory = new PartMemory();
  /** Writes merged series. */
  readonly #merged: PointWriter<RenderedLines> = {
    number: (lines, point) => this.#numberWithMore(lines, point),
    histogram: (lines, point) => this.#writeHistogram(lines as HistogramLines, point),
    exponentialHistogram: (lines, point) => this.#writeExponential(lines as HistogramLines, point),
  };
  resource: Resource | undefined;
  #stream: RenderedStream<RenderedLines> | undefined;
  /** Family that `#text` belongs to. */
  #family: Family<RenderedLines> | undefined;
  #text = '';
  #startUnixMs = Number.NaN;
  #startText = '';
  #boundaries: readonly number[] = [];
  #tails: readonly string[] = [];

  constructor(dialect: TextDialect, options: ExpositionOptions) {
    this.#dialect = dialect;
    this.#options = options;
    this.#families = new FamilyRegistry(options, dialect.openMetrics, {
      render: (family, labels, { points }) => this.#render(family, labels, points === 'number'),
      keyOf: (series) => (typeof series === 'string' ? series : series.key),
    });
  }

  begin(resource: Resource): void {
    this.resource = resource;
    this.#families.begin(constantLabels(resource, this.#options));
    this.#text = '';
    this.#memory.discard();
    this.#stream = undefined;
  }

  metric(stream: MetricStream): void {
    this.#endMetric();
    this.#stream = this.#families.open(stream);
    this.#family = this.#stream?.family;
  }

  number(point: NumberPoint): void {
    if (this.#stream === undefined) return;
    const lines = this.#stream.of(point.series);
    const { value } = point;
    // V8 prints small integers faster than the same numbers as doubles.
    const integer = value | 0;
    if (lines === undefined) this.#stream.group.addNumber(point, this.#stream.sum);
    else if (typeof lines !== 'string' || point.exemplars !== noExemplars) this.#numberWithMore(lines, point);
    else if (integer === value) this.#text += `${lines}${integer}`;
    else if (value - value === 0) this.#text += `${lines}${value}`;
    else this.#numberWithMore(lines, point);
    if (this.#text.length > partLength) this.#flush();
  }

  histogram(point: HistogramPoint): void {
    if (this.#stream === undefined) return;
    const lines = this.#stream.of(point.series);
    if (lines === undefined) this.#stream.group.addHistogram(point);
    else this.#writeHistogram(lines as HistogramLines, point);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    if (this.#stream === undefined) return;
    const lines = this.#stream.of(point.series);
    if (lines === undefined) this.#stream.group.addExponential(point);
    else this.#writeExponential(lines as HistogramLines, point);
  }

  #writeExponential(lines: HistogramLines, point: ExponentialPoint): void {
    if (this.#dialect.composite && hasSchema(point.scale)) this.#writeComposite(lines, nativeFields(point), point);
    else this.#writeHistogram(lines, classicHistogram(point));
  }

  #writeComposite({ key, created }: HistogramLines, fields: string, { startUnixMs, exemplars }: Point): void {
    this.#text += `${key}${fields}${created}${this.#secondsText(startUnixMs)}`;
    for (const exemplar of exemplars) this.#text += this.#exemplarText(exemplar);
    if (this.#text.length > partLength) this.#flush();
  }

  #writeHistogram(lines: HistogramLines, point: HistogramPoint): void {
    const { openMetrics, composite } = this.#dialect;
    const { count, sum, boundaries, counts, from, exemplars } = point;
    if (boundaries !== this.#boundaries) {
      this.#boundaries = boundaries;
      this.#tails = composite
        ? bucketHeads(boundaries)
        : [...boundaries, Number.POSITIVE_INFINITY].map((bound) => `${this.#dialect.bound(bound)}"} `);
    }
    if (composite) {
      this.#writeComposite(lines, classicFields(point, this.#tails), point);
      return;
    }
    const head = lines.key;
    const tails = this.#tails;
    let text = this.#text;
    let below = 0;
    if (exemplars.length === 0) {
      for (let index = 0; index < boundaries.length; index++) {
        below += counts[from + index] as number;
        text += `${head}${tails[index]}${below}`;
      }
      text += `${head}${tails[boundaries.length]}${count}`;
    } else {
      for (let index = 0; index <= boundaries.length; index++) {
        below += counts[from + index] as number;
        text += `${head}${tails[index]}${below}${this.#exemplarText(exemplarInBucket(point, index))}`;
      }
    }
    // With negative values the sum is no counter: OpenMetrics allows neither such a sum nor a count without a sum.
    const plain = !openMetrics || !((boundaries[0] as number) < 0);
    if (sum !== undefined && plain) text += `${lines.sum}${this.#dialect.number(sum)}`;
    if ((sum !== undefined || !openMetrics) && plain) text += `${lines.count}${count}`;
    if (lines.created !== '') text += `${lines.created}${this.#secondsText(point.startUnixMs)}`;
    this.#text = text;
    if (text.length > partLength) this.#flush();
  }

  end(): void {
    this.#endMetric();
    this.#families.end((family, series) => {
      this.#family = family;
      series.write(this.#merged);
      this.#flush();
    });
  }

  again(): boolean {
    return this.#families.again();
  }

  get points(): number {
    return this.#families.points;
  }

  get merged(): number {
    return this.#families.merged;
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
    const { openMetrics, composite } = this.#dialect;
    return openMetrics || composite ? '# EOF\n' : '';
  }

  /** Writes a number that is not finite, or has a start time or an exemplar. */
  #numberWithMore(lines: RenderedLines, { value, startUnixMs, exemplars }: NumberPoint): void {
    const { key, created } = typeof lines === 'string' ? { key: lines, created: '' } : lines;
    const exemplar = this.#family?.type === 'counter' ? exemplars[0] : undefined;
    const start = created === '' ? '' : `${created}${this.#secondsText(startUnixMs)}`;
    const [before, after] = this.#dialect.composite ? [start, ''] : ['', start];
    this.#text += `${key}${this.#dialect.number(value)}${before}${this.#exemplarText(exemplar)}${after}`;
  }

  /** Renders a start time. Many series have the same one. */
  #secondsText(unixMs: number): string {
    if (unixMs !== this.#startUnixMs) {
      this.#startUnixMs = unixMs;
      this.#startText = this.#dialect.seconds(unixMs);
    }
    return this.#startText;
  }

  #exemplarText(exemplar: Exemplar | undefined): string {
    return exemplar === undefined ? '' : this.#dialect.exemplar(exemplar, this.#options.names);
  }

  #render(family: Family, labels: readonly Label[], isNumber: boolean): RenderedLines {
    const { openMetrics, composite } = this.#dialect;
    const text = labelText(labels);
    const created = this.#createdOf(family, text);
    if (isNumber) {
      const key = lineOf(openMetrics ? openMetricsSample(family) : family.sample, text);
      return created === '' ? key : { key, sum: '', count: '', created };
    }
    if (composite) return { key: [lineOf(family.name, text), compositeStart].join(''), sum: '', count: '', created };
    const separated = text === '' ? '' : `${text},`;
    const bucket = lineOf(`${family.name}_bucket`, `${separated}le="`, -2);
    const sum = lineOf(`${family.name}_sum`, text);
    return { key: bucket, sum, count: lineOf(`${family.name}_count`, text), created };
  }

  /** Returns what precedes the start time of a series; nothing if the start time is not shown. */
  #createdOf(family: Family, labels: string): string {
    const { openMetrics, composite } = this.#dialect;
    if (family.type !== 'counter' && family.type !== 'histogram') return '';
    if (composite) return inlineStart;
    return openMetrics && this.#options.createdSamples ? lineOf(`${openMetricsName(family)}_created`, labels) : '';
  }

  #head(family: Family): string {
    const { openMetrics, composite } = this.#dialect;
    const isOpen = openMetrics || composite;
    const name = nameText(openMetrics ? openMetricsName(family) : family.sample);
    const help = family.help === '' ? '' : `# HELP ${name} ${helpText(family.help, isOpen)}\n`;
    const type = `# TYPE ${name} ${isOpen ? openType(family, composite) : plainType(family.type)}\n`;
    const unit = isOpen && family.unit !== undefined ? `# UNIT ${name} ${family.unit}\n` : '';
    return composite ? `${type}${unit}${help}` : `${help}${type}${unit}`;
  }

  #endMetric(): void {
    this.#flush();
    if (this.#stream !== undefined) this.#families.close(this.#stream);
    this.#stream = undefined;
  }

  #flush(): void {
    // Without the line feed before the first line, with one after the last.
    if (this.#text !== '') this.#family?.chunks.push(this.#memory.write(`${this.#text}\n`).subarray(1));
    this.#text = '';
  }
}

/**
 * Renders the constant part of a line, up to `end`.
 *
 * `join` returns a flat string. A concatenation would be a tree, which costs more to copy at every scrape.
 */
function lineOf(name: string, labels: string, end?: number): string {
  return ['\n', sampleText(name, labels).slice(0, end)].join('');
}

/** Returns the type in OpenMetrics. In 2.0 the name of an info ends in `_info` even if names are not translated. */
function openType({ type, name }: Family, composite: boolean): FamilyType {
  return composite && type === 'info' && !name.endsWith('_info') ? 'gauge' : type;
}

/** Maps types to those of format 0.0.4, which has neither info nor state set. */
function plainType(type: FamilyType): string {
  return type === 'info' || type === 'stateset' ? 'gauge' : type;
}
