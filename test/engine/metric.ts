/** Engines with one catalogue metric. */
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { defineCatalogue, observableCounter, observableGauge, observableUpDownCounter } from 'otelier';
import { optionsOf } from '../../src/engine/definition.js';
import type { EngineMeter } from '../../src/engine/meter.js';
import { PlainReader, startEngine } from './provider.js';

/** Makers of observable metrics. */
export const observableMakers = { observableCounter, observableUpDownCounter, observableGauge };
/** Methods of a meter that create their instruments. */
export const observableMethods = {
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const;

/** Returns the metric that a catalogue makes of a definition. */
export function defined(metric: Parameters<typeof defineCatalogue>[0][string]) {
  return defineCatalogue({ metric }).metrics[0] as ReturnType<typeof defineCatalogue>['metrics'][number];
}

/** An engine with one catalogue metric, whose instrument can be bound and removed from. */
export function withMetric(
  metric: Parameters<typeof defineCatalogue>[0][string],
  options: { views?: ViewOptions[]; delta?: boolean } = {},
) {
  const reader = new PlainReader(options.delta === true ? 'delta' : 'cumulative');
  const engine = startEngine({ readers: [reader], views: options.views ?? [] });
  const definition = defined(metric);
  const meter = engine.meter as EngineMeter;
  return { ...engine, reader, meter, name: definition.name, options: optionsOf(definition) };
}
