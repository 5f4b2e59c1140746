/** Collectors of the code, and those of a start that chooses none. */
import type { Collector } from '../catalogue/pack.js';
import type { Problem } from '../errors.js';
import { aggregationTypes, collectorScope } from '../model/instrument.js';
import type { ViewOptions } from '../model/otel-sdk.js';
import { type Setting, sourceOf } from '../options/resolve.js';
import { isPack } from './argument-shapes.js';

/** Names of collectors to start if neither code nor the environment chooses any. */
export const defaultCollectors = ['runtime'];

/** Omits the metrics of the collectors about themselves. */
export const withoutCollectorMetrics: ViewOptions = {
  meterName: collectorScope,
  instrumentName: 'otelier.*',
  aggregation: { type: aggregationTypes.drop },
};

/** Checks that collectors are collectors. */
export function collectorProblems(collectors: readonly unknown[]): Problem[] {
  return collectors.flatMap((collector, index) =>
    isPack(collector)
      ? []
      : [{ where: `collectors[${index}]`, value: collector, expected: 'a collector such as runtime()' }],
  );
}

/** Returns collectors under names that no key of a catalogue or pack has. */
export function byKey(collectors: readonly Collector[]): Readonly<Record<string, Collector>> {
  return Object.fromEntries(collectors.map((collector) => [`collector ${collector.name}`, collector]));
}

/** Returns a warning if `none` disables collectors of the code. */
export function disabledCollectors(collectors: readonly Collector[], settings: readonly Setting[]): string[] {
  if (collectors.length === 0) return [];
  const source = sourceOf(settings.find(({ name }) => name === 'collectorNames'));
  return [`${source}: "none" disables the collectors of the code (${collectors.map(({ name }) => name).join(', ')})`];
}
