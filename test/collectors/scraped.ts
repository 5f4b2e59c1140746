/** Starts metrics with a collector, and reads its scrapes and its page. */
import { readFileSync } from 'node:fs';
import { startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import type { Collector } from '../../src/catalogue/pack.js';

/** Samples of a scrape. */
export class Scrape {
  readonly text: string;
  readonly families: ReturnType<typeof parseExposition>;

  constructor(text: string) {
    this.text = text;
    this.families = parseExposition(text);
  }

  /** Returns a value by name and some of its labels. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    return this.samples(name).find((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels.get(key) === value),
    )?.value;
  }

  samples(name: string) {
    return this.families.flatMap(({ samples }) => samples).filter((sample) => sample.name === name);
  }

  /** Names of the families with samples. */
  get names(): string[] {
    return this.families.filter(({ samples }) => samples.length > 0).map(({ name }) => name);
  }
}

/** Starts metrics with a collector. */
export function startCollector(collector: Collector) {
  const endpoint = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
  const settings = { environment: {}, isolated: true } as const;
  const { shutdown } = startMetrics({ ...settings, backends: [endpoint], collectors: [collector] });
  const scrape = async () => new Scrape(await (await endpoint.fetch(new Request('http://localhost/metrics'))).text());
  return { scrape, shutdown };
}

/** Returns the metrics of a collector without those of its sources, and the rows of the tables of its page. */
export function pageAndMetrics(page: string, collector: Collector) {
  const text = readFileSync(new URL(`../../docs/collectors/${page}`, import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([\w.]+)` \| [\w -]+ \| `(.*?)` \| (.*) \|$/gm)].map(
    ([, name, unit, attributes]) => ({
      name,
      unit,
      attributes: [...(attributes ?? '').matchAll(/`([\w.]+)`/g)].map(([, key]) => key),
    }),
  );
  const metrics = collector.catalogue.metrics
    .filter(({ name }) => !name.startsWith('otelier.'))
    .map(({ name, unit, attributes }) => ({ name, unit: unit || '1', attributes: Object.keys(attributes) }));
  return { rows, metrics };
}
