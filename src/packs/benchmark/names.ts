/** Attribute values of runs and prompts: the names as given, a limited number for each attribute. */
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, type NameOption } from '../kit/bounded-names.js';
import type { TargetAttributes } from './rates.js';

/** Admitted names of each attribute: a number of names, or a list. */
export interface NameBounds {
  readonly models: NameOption;
  readonly containers: NameOption;
  readonly gpus: NameOption;
  readonly promptCategories: NameOption;
}

/** Limits the names of each attribute. A name beyond the limit becomes `_OTHER` in that attribute only. */
export class ModelNames {
  readonly #models: BoundedNames;
  readonly #containers: BoundedNames;
  readonly #gpus: BoundedNames;
  readonly #promptCategories: BoundedNames;

  constructor({ models, containers, gpus, promptCategories }: NameBounds) {
    // Names keep their case and version: suites compare versions of a model, and ids must match those of collectors.
    const bounded = (names: NameOption) => new BoundedNames(names, (name) => name.trim());
    this.#models = bounded(models);
    this.#containers = bounded(containers);
    this.#gpus = bounded(gpus);
    this.#promptCategories = bounded(promptCategories);
  }

  /** Returns the attributes of a run; a missing model is `_OTHER`. */
  target(model: unknown, container: unknown, gpu: unknown): TargetAttributes {
    const container_id = nameOf(this.#containers, container);
    const gpu_id = nameOf(this.#gpus, gpu);
    return {
      model_name: nameOf(this.#models, model) ?? otherValue,
      ...(container_id === undefined ? {} : { container_id }),
      ...(gpu_id === undefined ? {} : { gpu_id }),
    };
  }

  /** Returns the recorded name of a prompt category. */
  promptCategory(given: unknown): string | undefined {
    return nameOf(this.#promptCategories, given);
  }
}

/** Reports whether a value cannot be a name: an object, a function or a symbol. */
export function isInvalidName(given: unknown): boolean {
  return (typeof given === 'object' && given !== null) || typeof given === 'function' || typeof given === 'symbol';
}

function nameOf(names: BoundedNames, given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (isInvalidName(given)) return otherValue;
  const name = String(given);
  // An explicit _OTHER does not count against the limit.
  return name.trim() === otherValue ? otherValue : names.of(name);
}
