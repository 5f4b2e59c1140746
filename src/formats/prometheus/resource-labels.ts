/** Labels from the resource: those of `target_info`, and those configured for every series. */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '../../model/otel-data.js';
import type { ExpositionOptions } from './exposition-encoder.js';
import type { ExpositionNames } from './exposition-names.js';
import { type Label, labelsOf } from './labels.js';

/** Returns the labels of `target_info`: all attributes of the resource. */
export function targetInfoLabels(resource: Resource | undefined, names: ExpositionNames): Label[] {
  return resource === undefined ? [] : labelsOf(resource.attributes, [], names);
}

/** Returns the labels that every series gets from the resource. */
export function constantLabels(resource: Resource, { resourceLabels, names }: ExpositionOptions): Label[] {
  if (resourceLabels.length === 0) return [];
  const chosen: Attributes = {};
  for (const key of resourceLabels) {
    const value = resource.attributes[key];
    if (value !== undefined) chosen[key] = value;
  }
  return labelsOf(chosen, [], names);
}
