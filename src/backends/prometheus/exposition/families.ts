/**
 * The families of one exposition: metrics that have one name, whoever made them.
 *
 * What a family's series look like is kept from one scrape to the next: a walk visits the series of a stream in the
 * same order each time, with the same attribute objects, so that the place in a list is all that has to be known.
 */
import type { Attributes } from '@opentelemetry/api';
import type { MetricStream } from '../../../model/points.js';
import { type Label, labelsOf, scopeLabels } from './labels.js';
import type { Names } from './names.js';

/** Prometheus' types, as far as OpenTelemetry has them. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info' | 'stateset';

/** What all streams of one name have in common. */
export class Family {
  readonly name: string;
  /** The name of a counter's samples. */
  readonly sample: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly unit: string | undefined;
  /** Finished parts of this scrape. */
  chunks: Buffer[] = [];
  /** What tells its series apart, of all its streams. */
  readonly taken = new Set<string>();
  /** The scrape that it was shown in last. */
  scrape = 0;

  constructor(
    { family, sample, unit }: { family: string; sample: string; unit: string | undefined },
    type: FamilyType,
    help: string,
  ) {
    this.name = family;
    this.sample = sample;
    this.unit = unit;
    this.type = type;
    this.help = help;
  }

  /** Every name that a sample of it may have. */
  get sampleNames(): string[] {
    const { name, sample } = this;
    return this.type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name, sample];
  }
}

/** A series as a format shows it; `key` tells it from the others of its family. */
export interface Shown {
  readonly key: string;
}

/** Makes what a format needs to know of a series. The labels have `key` already. */
export type Render<S extends Shown> = (family: Family, labels: readonly Label[], stream: MetricStream) => S;

/** The series of one stream, in the order of the walk. */
export class StreamSeries<S extends Shown> {
  readonly family: Family;
  readonly #stream: MetricStream;
  readonly #fixed: readonly Label[];
  readonly #names: Names;
  readonly #render: Render<S>;
  readonly #attributes: Attributes[] = [];
  readonly #shown: S[] = [];
  #next = 0;

  constructor(family: Family, stream: MetricStream, fixed: readonly Label[], names: Names, render: Render<S>) {
    this.family = family;
    this.#stream = stream;
    this.#fixed = fixed;
    this.#names = names;
    this.#render = render;
  }

  /** What to show for the next series of the walk. */
  next(attributes: Attributes): S {
    const place = this.#next++;
    if (this.#attributes[place] === attributes) return this.#shown[place] as S;
    return this.#add(place, attributes);
  }

  rewind(): void {
    this.#next = 0;
  }

  /** Forgets the series from the place where the walk ended. */
  end(): void {
    if (this.#next < this.#shown.length) this.#forgetFrom(this.#next);
  }

  /** Where the walk differs from the one before, all that follows is made anew. */
  #add(place: number, attributes: Attributes): S {
    if (place < this.#shown.length) this.#forgetFrom(place);
    const shown = this.#unique(labelsOf(attributes, this.#fixed, this.#names));
    this.family.taken.add(shown.key);
    this.#attributes.push(attributes);
    this.#shown.push(shown);
    return shown;
  }

  /** Attributes that differ may have labels that do not; none of the samples is lost for that. */
  #unique(labels: readonly Label[]): S {
    const shown = this.#render(this.family, labels, this.#stream);
    if (!this.family.taken.has(shown.key)) return shown;
    for (let number = 2; ; number++) {
      const numbered = [...labels, { name: 'otelier_collision', value: String(number) }];
      const other = this.#render(this.family, numbered, this.#stream);
      if (!this.family.taken.has(other.key)) return other;
    }
  }

  #forgetFrom(place: number): void {
    for (const { key } of this.#shown.splice(place)) this.family.taken.delete(key);
    this.#attributes.length = place;
  }
}

/** What an endpoint says beside the attributes of a series. */
export interface FamilyOptions {
  readonly names: Names;
  readonly scopeLabels: boolean;
  /** Told once of each metric that cannot be shown. */
  warn(message: string): void;
}

/** All families of an exposition, in the order that a scrape meets them. */
export class Families<S extends Shown> {
  readonly #options: FamilyOptions;
  readonly #render: Render<S>;
  readonly #families = new Map<string, Family>();
  #streams = new WeakMap<MetricStream, StreamSeries<S> | undefined>();
  #constant: readonly Label[] = [];
  #scrape = 0;
  #shown: Family[] = [];
  /** Sample names of this scrape, and whose they are. */
  readonly #owners = new Map<string, Family>();
  readonly #warned = new Set<string>();

  constructor(options: FamilyOptions, render: Render<S>) {
    this.#options = options;
    this.#render = render;
  }

  /** Begins a scrape whose series all have these labels, too. */
  begin(constant: readonly Label[]): void {
    if (JSON.stringify(constant) !== JSON.stringify(this.#constant)) {
      this.#constant = constant;
      this.#families.clear();
      this.#streams = new WeakMap();
    }
    this.#scrape++;
    this.#shown = [];
    this.#owners.clear();
  }

  /** The family and the series of a stream; `undefined` when another metric has its name. */
  open(stream: MetricStream): StreamSeries<S> | undefined {
    let series = this.#streams.get(stream);
    if (series === undefined) {
      series = this.#introduce(stream);
      this.#streams.set(stream, series);
    }
    if (!this.#show(series.family, stream)) return undefined;
    series.rewind();
    return series;
  }

  /** The families of this scrape; their chunks are theirs until the next one. */
  get shown(): readonly Family[] {
    return this.#shown;
  }

  #introduce(stream: MetricStream): StreamSeries<S> {
    const { names } = this.#options;
    const name = names.metric(stream);
    const type = typeOf(stream);
    const identity = `${type} ${name.family} ${name.sample}`;
    let family = this.#families.get(identity);
    if (family === undefined) {
      family = new Family(name, type, stream.description);
      this.#families.set(identity, family);
    }
    const fixed = [...(this.#options.scopeLabels ? scopeLabels(stream.scope) : []), ...this.#constant];
    return new StreamSeries(family, stream, fixed, names, this.#render);
  }

  /** The first of a name is shown; one of another type under the same name would spoil both. */
  #show(family: Family, { name }: MetricStream): boolean {
    if (family.scrape === this.#scrape) return true;
    for (const sample of family.sampleNames) {
      const owner = this.#owners.get(sample);
      if (owner === undefined || owner === family) continue;
      this.#warnOnce(
        `prometheus: the ${family.type} '${name}' cannot be shown: its samples would be called ${sample}, as those of ` +
          `the ${owner.type} ${owner.name} are. Give one of them another name.`,
      );
      return false;
    }
    for (const sample of family.sampleNames) this.#owners.set(sample, family);
    family.scrape = this.#scrape;
    family.chunks = [];
    this.#shown.push(family);
    return true;
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.warn(message);
  }
}

function typeOf({ name, points, sum, monotonic, shape }: MetricStream): FamilyType {
  if (shape === 'stateSet') return 'stateset';
  // A view may have given it another name.
  if (shape === 'info' && name.endsWith('info')) return 'info';
  if (points !== 'number') return 'histogram';
  return sum && monotonic ? 'counter' : 'gauge';
}
