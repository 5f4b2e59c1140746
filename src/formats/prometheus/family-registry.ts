/** All families of an exposition, in the order that a scrape meets them, and who may have a name that several want. */
import type { MetricStream } from '../../model/points.js';
import type { ExpositionNames } from './exposition-names.js';
import { Family, familyTypeOf } from './family.js';
import { beside, type Label, scopeLabels } from './labels.js';
import { RenderedStream, type SeriesFormat } from './rendered-stream.js';

/** What an endpoint says beside the attributes of a series. */
export interface FamilyOptions {
  /** Whether the resource is shown as `target_info`, so that no other metric may be called that. */
  readonly targetInfo: boolean;
  readonly names: ExpositionNames;
  readonly scopeLabels: boolean;
  /** Told once of each metric that cannot be shown. */
  warn(message: string): void;
}

/** The families of one format. */
export class FamilyRegistry<R> {
  readonly #options: FamilyOptions;
  readonly #openMetrics: boolean;
  readonly #format: SeriesFormat<R>;
  readonly #families = new Map<string, Family>();
  #streams = new WeakMap<MetricStream, RenderedStream<R>>();
  #constant: readonly Label[] = [];
  #scrape = 0;
  #shown: Family[] = [];
  /** Streams of this scrape and of the one before. */
  #current: RenderedStream<R>[] = [];
  #previous: RenderedStream<R>[] = [];
  /** Whose the names of this scrape are; `undefined` is the resource. */
  readonly #owners = new Map<string, Family | undefined>();
  readonly #warned = new Set<string>();

  /** @param openMetrics whether names are those of OpenMetrics. */
  constructor(options: FamilyOptions, openMetrics: boolean, format: SeriesFormat<R>) {
    this.#options = options;
    this.#openMetrics = openMetrics;
    this.#format = format;
  }

  /** Begins a scrape whose series all have these labels, too. */
  begin(constant: readonly Label[]): void {
    if (JSON.stringify(constant) !== JSON.stringify(this.#constant)) {
      this.#constant = constant;
      this.#families.clear();
      this.#streams = new WeakMap();
    }
    this.#forgetGone();
    this.#scrape++;
    this.#shown = [];
    this.#owners.clear();
    if (!this.#options.targetInfo) return;
    this.#owners.set('target_info', undefined);
    if (this.#openMetrics) this.#owners.set('target', undefined);
  }

  /** The series of a stream, at their beginning; `undefined` when another metric has its name. */
  open(stream: MetricStream): RenderedStream<R> | undefined {
    const rendered = this.#streams.get(stream) ?? this.#introduce(stream);
    if (!this.#show(rendered, stream)) return undefined;
    rendered.family.streams.add(rendered);
    rendered.begin(this.#scrape);
    this.#current.push(rendered);
    return rendered;
  }

  /** The families of this scrape; their chunks are theirs until the next one. */
  get shown(): readonly Family[] {
    return this.#shown;
  }

  #introduce(stream: MetricStream): RenderedStream<R> {
    const { names, scopeLabels: withScope } = this.#options;
    const name = names.metric(stream);
    // OpenMetrics wants the state in a label of the family's name.
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

  /** The first of a name is shown; one of another type under the same name would spoil both. */
  #show({ family, unit }: RenderedStream<R>, stream: MetricStream): boolean {
    if (family.scrape === this.#scrape) return true;
    const claims = family.claims(this.#openMetrics);
    const taken = claims.find((claim) => this.#owners.has(claim) && this.#owners.get(claim) !== family);
    if (taken !== undefined) {
      const owner = this.#owners.get(taken);
      const whose = owner === undefined ? 'the resource is' : `those of the ${owner.type} ${owner.name} are`;
      this.#warnOnce(
        `the ${family.type} '${stream.name}' cannot be shown: its samples would be called ${taken}, as ` +
          `${whose}. Give one of them another name.`,
      );
      return false;
    }
    for (const claim of claims) this.#owners.set(claim, family);
    family.begin(this.#scrape, stream, unit);
    this.#shown.push(family);
    return true;
  }

  /** What the last scrape did not meet any more keeps no names and no memory. */
  #forgetGone(): void {
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
