/** Passes a catalogue definition through the OpenTelemetry API to our meter, under a symbol in the instrument options. */
import type { MetricOptions } from '@opentelemetry/api';
import type { Metric } from '../catalogue/catalogue.js';
import { readOption } from './safe-read.js';

const definitionKey = Symbol.for('otelier.definition');

interface DefinedOptions extends MetricOptions {
  readonly [definitionKey]?: Metric;
}

/** Returns the instrument options of a metric; on our meter they carry its definition. */
export function optionsOf(metric: Metric): MetricOptions {
  return { ...plainOptionsOf(metric), [definitionKey]: metric } as DefinedOptions;
}

/** Returns the part of a definition that OpenTelemetry's instrument options can express. */
export function plainOptionsOf({ unit, description, buckets }: Metric): MetricOptions {
  const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
  return { unit, description, ...advice };
}

/** Returns the definition that instrument options carry; `undefined` for options of the plain OpenTelemetry API. */
export function definitionOf(options: MetricOptions | undefined): Metric | undefined {
  return readOption(options as DefinedOptions | undefined, definitionKey);
}
