/** What runs and prompts are called: as it was given, and only so many of each. */
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, type NameOption } from '../kit/bounded-names.js';
import type { TargetLabels } from './rates.js';

/** The bounds on names. */
export interface NameBounds {
  readonly models: NameOption;
  readonly containers: NameOption;
  readonly gpus: NameOption;
  readonly promptCategories: NameOption;
}

/** The names that have series of their own. What has none of them is `_OTHER` in that label alone. */
export class Names {
  readonly #models: BoundedNames;
  readonly #containers: BoundedNames;
  readonly #gpus: BoundedNames;
  readonly #promptCategories: BoundedNames;

  constructor({ models, containers, gpus, promptCategories }: NameBounds) {
    // Versions are what is compared, and ids are joined with those of collectors: nothing but space is dropped.
    const bounded = (names: NameOption) => new BoundedNames(names, (name) => name.trim());
    this.#models = bounded(models);
    this.#containers = bounded(containers);
    this.#gpus = bounded(gpus);
    this.#promptCategories = bounded(promptCategories);
  }

  /** The labels of a run, `_OTHER` for a model that is not given. */
  target(model: unknown, container: unknown, gpu: unknown): TargetLabels {
    const container_id = nameOf(this.#containers, container);
    const gpu_id = nameOf(this.#gpus, gpu);
    return {
      model_name: nameOf(this.#models, model) ?? otherValue,
      ...(container_id === undefined ? {} : { container_id }),
      ...(gpu_id === undefined ? {} : { gpu_id }),
    };
  }

  promptCategory(given: unknown): string | undefined {
    return nameOf(this.#promptCategories, given);
  }
}

/** Whether a value is nothing that could be a name: an object, a function, a symbol. */
export function isNoName(given: unknown): boolean {
  return (typeof given === 'object' && given !== null) || typeof given === 'function' || typeof given === 'symbol';
}

function nameOf(names: BoundedNames, given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  return isNoName(given) ? otherValue : names.of(String(given));
}
