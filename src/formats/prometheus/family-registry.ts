/** Families of an exposition in the order of a scrape, and the resolution of name conflicts between them. */
import type { MetricStream } from '../../model/points.js';
import type { ExpositionNames } from './exposition-names.js';
import { Family, familyTypeOf } from './family.js';
import { beside, type Label, scopeLabels } from './labels.js';
import type { MergedSeries } from './merged-series.js';
import { RenderedStream, type SeriesFormat } from './rendered-stream.js';

/** Options of families. */
export interface FamilyOptions {
  /** True if the resource is shown as `target_info`, which reserves that name. */
  readonly targetInfo: boolean;
  readonly names: ExpositionNames;
  readonly scopeLabels: boolean;
  /** Called once for each metric that cannot be shown. */
  warn(message: string): void;
}

/** Maximum number of repeated walks. Each finds series that were created since the last one. */
const mostRepeats = 3;

/** Families of one format. */
export class FamilyRegistry<R> {
  readonly #options: FamilyOptions;
  readonly #openMetrics: boolean;
  readonly #format: SeriesFormat<R>;
  readonly #families = new Map<string, Family<R>>();
  #streams = new WeakMap<MetricStream, RenderedStream<R>>();
  #constant: readonly Label[] = [];
  #scrape = 0;
  /** Families of this scrape. */
  #shown: Family<R>[] = [];
  /** Streams of this scrape and of the previous one. */
  #current: RenderedStream<R>[] = [];
  #previous: RenderedStream<R>[] = [];
  /** Families of this scrape by the names that they claim; `undefined` stands for the resource. */
  readonly #owners = new Map<string, Family<R> | undefined>();
  readonly #warned = new Set<string>();
  #points = 0;
  #merged = 0;
  #isStale = false;
  /** Number of walks that were repeated since the last complete one. */
  #repeats = 0;

  /** @param openMetrics true for the names of OpenMetrics. */
  constructor(options: FamilyOptions, openMetrics: boolean, format: SeriesFormat<R>) {
    this.#options = options;
    this.#openMetrics = openMetrics;
    this.#format = format;
  }

  /** Starts a scrape. `constant` labels are added to every series. */
  begin(constant: readonly Label[]): void {
    if (JSON.stringify(constant) !== JSON.stringify(this.#constant)) {
      this.#constant = constant;
      this.#families.clear();
      this.#streams = new WeakMap();
    }
    this.#discardGone();
    this.#scrape++;
    this.#shown = [];
    this.#points = 0;
    this.#merged = 0;
    this.#isStale = false;
    this.#owners.clear();
    if (!this.#options.targetInfo) return;
    this.#owners.set('target_info', undefined);
    if (this.#openMetrics) this.#owners.set('target', undefined);
  }

  /** Starts a stream of the scrape. Returns `undefined` if another metric has its name. */
  open(stream: MetricStream): RenderedStream<R> | undefined {
    const rendered = this.#streams.get(stream) ?? this.#introduce(stream);
    if (!this.#show(rendered, stream)) return undefined;
    rendered.family.streams.add(rendered);
    rendered.begin(this.#scrape);
    this.#current.push(rendered);
    return rendered;
  }

  /** Ends a stream of the scrape. */
  close(stream: RenderedStream<R>): void {
    this.#points += stream.visited;
    stream.endWalk();
  }

  /** Ends a scrape. `write` is called for each merged series, family by family. */
  end(write: (family: Family<R>, series: MergedSeries<R>) => void): void {
    for (const family of this.#shown) {
      const { merged, isStale } = family.endGroups();
      if (isStale) this.#isStale = true;
      for (const series of merged) {
        write(family, series);
        this.#merged += series.points - 1;
        if (series.points > 1) this.#warnOnce(mergedWarning(family, series.isSum));
      }
    }
  }

  /**
   * Reports whether the scrape has to be walked again, because series with equal labels were found after a point of them
   * was written.
   */
  again(): boolean {
    this.#repeats = this.#isStale && this.#repeats < mostRepeats ? this.#repeats + 1 : 0;
    return this.#repeats > 0;
  }

  /** Number of points that this scrape shows. */
  get points(): number {
    return this.#points - this.#merged;
  }

  /** Number of points that were merged into others. */
  get merged(): number {
    return this.#merged;
  }

  /** Families of this scrape. Their chunks are valid until the next scrape. */
  get shown(): readonly Family<R>[] {
    return this.#shown;
  }

  #introduce(stream: MetricStream): RenderedStream<R> {
    const { names, scopeLabels: withScope } = this.#options;
    const name = names.metric(stream);
    // OpenMetrics requires a label with the name of the family, which holds the state.
    const known = familyTypeOf(stream);
    const type = known === 'stateset' && names.label(stream.name) !== name.family ? 'gauge' : known;
    const identity = `${type} ${name.family} ${name.sample}`;
    let family = this.#families.get(identity);
    if (family === undefined) {
      family = new Family(name, type);
      this.#families.set(identity, family);
    }
    const fixed = beside(withScope ? scopeLabels(stream.scope) : [], this.#constant);
    const context = { stream, unit: name.unit, fixed, names, format: this.#format };
    const rendered = new RenderedStream(family, context);
    this.#streams.set(stream, rendered);
    return rendered;
  }

  /** Shows the first family that claims a name: two types under one name would make a scraper reject both. */
  #show({ family, unit }: RenderedStream<R>, stream: MetricStream): boolean {
    if (family.scrape === this.#scrape) return true;
    const claims = family.claims(this.#openMetrics);
    const taken = claims.find((claim) => this.#owners.has(claim) && this.#owners.get(claim) !== family);
    if (taken !== undefined) {
      const owner = this.#owners.get(taken);
      const holder = owner === undefined ? 'the resource' : `the ${owner.type} ${owner.name}`;
      this.#warnOnce(
        `the ${family.type} '${stream.name}' is not shown: its sample name ${taken} is used by ${holder}; ` +
          'rename one of them',
      );
      return false;
    }
    for (const claim of claims) this.#owners.set(claim, family);
    family.begin(this.#scrape, stream, unit);
    this.#shown.push(family);
    return true;
  }

  /** Discards the streams that the last scrape did not include. */
  #discardGone(): void {
    for (const stream of this.#previous) {
      if (stream.scrape === this.#scrape) continue;
      stream.clear();
      stream.family.streams.delete(stream);
    }
    this.#previous = this.#current;
    this.#current = [];
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.warn(message);
  }
}

function mergedWarning({ type, name }: Family, isSum: boolean): string {
  return (
    `the ${type} ${name} has series whose labels are equal, such as for the values 1 and '1': ` +
    `${isSum ? 'they are added up' : 'the value recorded last is shown'}; give them different attributes`
  );
}
