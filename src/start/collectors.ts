/** Collectors of the code, and those of a start that chooses none. */
import { isEqual } from '../catalogue/is-equal.js';
import type { Collector } from '../catalogue/pack.js';
import type { Problem } from '../errors.js';
import { aggregationTypes, collectorScope } from '../model/instrument.js';
import type { ViewOptions } from '../model/otel-sdk.js';
import { type Setting, sourceOf } from '../options/resolve.js';
import { isCollector, isPack } from './argument-shapes.js';

/** Names of collectors to start if neither code nor the environment chooses any. */
export const defaultCollectors = ['runtime'];

/** Omits the metrics of the collectors about themselves. */
export const withoutCollectorMetrics: ViewOptions = {
  meterName: collectorScope,
  instrumentName: 'otelier.*',
  aggregation: { type: aggregationTypes.drop },
};

/** Checks that collectors are collectors, and that no two of them have one name and other options, those in `packs` included. */
export function collectorProblems(collectors: readonly unknown[], packs: object): Problem[] {
  const problems: Problem[] = [];
  const places = new Map<string, { readonly where: string; readonly collector: Collector }>();
  const add = (where: string, collector: Collector) => {
    const first = places.get(collector.name);
    if (first === undefined) places.set(collector.name, { where, collector });
    else if (!isSame(first.collector, collector)) {
      const expected = `one collector "${collector.name}": ${first.where} is one with other options`;
      problems.push({ where, expected });
    }
  };
  for (const [index, collector] of collectors.entries()) {
    const where = `collectors[${index}]`;
    if (isPack(collector)) add(where, collector);
    else problems.push({ where, value: collector, expected: 'a collector such as runtime()' });
  }
  for (const [key, pack] of Object.entries(packs)) if (isCollector(pack)) add(`packs.${key}`, pack);
  return problems;
}

/** Reports whether two collectors measure the same in the same way. */
function isSame(one: Collector, other: Collector): boolean {
  return isEqual(one.options, other.options) && isEqual(one.catalogue, other.catalogue);
}

/** Packs and collectors that run. */
export interface RunningPacks {
  readonly recorders: ReadonlyMap<{ readonly name: string }, object>;
  /** Collectors that were started by name; each ends when code starts one of the same name. */
  readonly named: ReadonlyMap<string, unknown>;
}

/** Returns packs without the collectors whose name runs: the running ones continue as they were started. */
export function withoutRunning<P>(
  packs: Readonly<Record<string, P>>,
  { recorders, named }: RunningPacks,
): Readonly<Record<string, P>> {
  const running = new Set([...recorders.keys()].map(({ name }) => name).filter((name) => !named.has(name)));
  return Object.fromEntries(Object.entries(packs).filter(([, pack]) => !isCollector(pack) || !running.has(pack.name)));
}

/** Returns collectors under names that no key of a catalogue or pack has. */
export function byKey(collectors: readonly Collector[]): Readonly<Record<string, Collector>> {
  return Object.fromEntries(collectors.map((collector) => [collectorKey(collector), collector]));
}

/** Returns the key of a collector that is not among the packs. */
export function collectorKey({ name }: Pick<Collector, 'name'>): string {
  return `collector ${name}`;
}

/** Returns packs and collectors by their keys; no collectors if these have problems, of which equal names are a consequence. */
export function withCollectors<P>(
  packs: Readonly<Record<string, P>>,
  collectors: readonly Collector[],
  problems: readonly Problem[],
): Readonly<Record<string, P | Collector>> {
  if (problems.length === 0) return { ...packs, ...byKey(collectors) };
  return Object.fromEntries(Object.entries(packs).filter(([, pack]) => !isCollector(pack)));
}

/** Returns a warning if `none` disables collectors of the code. */
export function disabledCollectors(collectors: readonly Collector[], settings: readonly Setting[]): string[] {
  if (collectors.length === 0) return [];
  const source = sourceOf(settings.find(({ name }) => name === 'collectorNames'));
  return [`${source}: "none" disables the collectors of the code (${collectors.map(({ name }) => name).join(', ')})`];
}
