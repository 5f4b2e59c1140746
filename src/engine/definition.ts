/** How a catalogue's definition travels through the OpenTelemetry API to a meter of ours: under a symbol in its options. */
import type { MetricOptions } from '@opentelemetry/api';
import type { Metric } from '../catalogue/catalogue.js';
import { readOption } from './safe-read.js';

const definitionKey = Symbol.for('otelier.definition');

interface DefinedOptions extends MetricOptions {
  readonly [definitionKey]?: Metric;
}

/** Instrument options that carry a definition. */
export function optionsOf(metric: Metric): MetricOptions {
  const { unit, description, buckets } = metric;
  const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
  return { unit, description, ...advice, [definitionKey]: metric } as DefinedOptions;
}

/** The definition that instrument options carry, if they do. */
export function definitionOf(options: MetricOptions | undefined): Metric | undefined {
  return readOption(options as DefinedOptions | undefined, definitionKey);
}
