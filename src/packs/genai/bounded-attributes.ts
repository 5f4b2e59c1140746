/** Attribute types of the metrics, and the mapping of caller input to a bounded number of attribute values. */
import { type AttributesOf, boolean, integer, oneOf, optional, text } from '../../catalogue/attributes.js';
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, countOf, modelNormalization, type NameOption } from '../kit/bounded-names.js';

/** Maximum number each of operations, hosts, ports, agents, tools and data sources; further values become `_OTHER`. */
export const nameLimit = 30;
/** Maximum number of names that are admitted before they answer because the price table prices them under another name. */
const releaseLimit = 100;
/** Maximum number of error types. */
const errorLimit = 50;

/** Limits of provider and model names. */
export interface NameSettings {
  readonly providers: NameOption;
  readonly models: NameOption;
  /** The price table: the models that it names, and those that it prices are admitted before their first success. */
  readonly priced:
    | { readonly models: readonly string[]; readonly hasPrice: (provider: string, model: string) => boolean }
    | undefined;
  /** True if releases of a model are recorded as one model. */
  readonly modelFamilies: boolean;
}

/** Returns the attribute types of metrics of model calls. */
export function modelAttributes({ providers, models, priced }: NameSettings) {
  const model = text({ limit: countOf(models) + (priced === undefined ? 0 : priced.models.length + releaseLimit) });
  return {
    'gen_ai.operation.name': text({ limit: nameLimit }),
    'gen_ai.provider.name': text({ limit: countOf(providers) }),
    'gen_ai.request.model': optional(model),
    'gen_ai.response.model': optional(model),
    'server.address': optional(text({ limit: nameLimit })),
    'server.port': optional(integer({ limit: nameLimit })),
  };
}

/** Set on failed operations only. */
export const errorType = optional(text({ limit: errorLimit }));
export const tokenType = oneOf('input', 'output');
/** Set to true on measurements that are estimates. */
export const estimated = optional(boolean());
export const tokenModality = oneOf('text', 'image', 'audio', 'unknown');

/** The attributes of an operation. */
export type ModelAttributes = AttributesOf<ReturnType<typeof modelAttributes>>;

/** The start of an operation as the caller passed it, not yet validated. */
export type RawStart = Readonly<
  Record<'operation' | 'provider' | 'model' | 'serverAddress' | 'serverPort' | 'agent', unknown>
>;

/** Maps names to bounded attribute values. Passes values that are not strings to the engine, which counts them. */
export class BoundedAttributes {
  readonly #operations = new BoundedNames(nameLimit);
  readonly #providers: BoundedNames;
  readonly #models: BoundedNames;
  readonly #priced: NameSettings['priced'];
  readonly #hosts = new BoundedNames(nameLimit);
  readonly #tools = new BoundedNames(nameLimit, (name) => name.trim());
  readonly #errors = new BoundedNames(errorLimit, (name) => name.trim());

  constructor({ providers, models, priced, modelFamilies }: NameSettings) {
    this.#providers = new BoundedNames(providers);
    this.#priced = priced;
    const normalize = modelNormalization(modelFamilies);
    this.#models = new BoundedNames(models, normalize, priced?.models, releaseLimit);
  }

  /**
   * Returns the attributes of an operation.
   *
   * @param answered true if the model answered. Only then may a new model name use up the limit: clients and models
   * invent names, and calls of such models fail. A name that the price table prices uses up another limit.
   */
  ofOperation(start: RawStart, responseModel: unknown, answered: boolean): ModelAttributes {
    const { operation, provider, model, serverAddress, serverPort } = start;
    const attributes: Record<string, unknown> = {
      'gen_ai.operation.name': bounded(this.#operations, operation),
      'gen_ai.provider.name': bounded(this.#providers, provider),
    };
    if (model !== undefined) attributes['gen_ai.request.model'] = this.model(model, answered, provider);
    if (responseModel !== undefined) {
      attributes['gen_ai.response.model'] = this.model(responseModel, answered, provider);
    }
    if (serverAddress !== undefined) {
      attributes['server.address'] = bounded(this.#hosts, serverAddress);
      if (serverPort !== undefined) attributes['server.port'] = serverPort;
    }
    return attributes as ModelAttributes;
  }

  /** Returns the value for a model name; `answered` as in `ofOperation`. */
  model(name: unknown, answered: boolean, provider: unknown = ''): string | undefined {
    if (typeof name !== 'string') return name as undefined;
    const known = this.#models.of(name, false);
    if (known !== otherValue) return known;
    if (typeof provider === 'string' && this.#priced?.hasPrice(provider, name)) this.#models.reserve(name);
    return this.#models.of(name, answered);
  }

  /**
   * Returns the value for a tool name.
   *
   * @param succeeded true if the tool succeeded. Only then may a new name use up the limit: models call tools that do not
   * exist.
   */
  tool(name: unknown, succeeded: boolean): string {
    return bounded(this.#tools, name, succeeded) as string;
  }

  /** Returns the value of `error.type`; numbers are error codes. */
  error(type: unknown): string | undefined {
    return bounded(this.#errors, typeof type === 'number' ? String(type) : type) as string | undefined;
  }
}

function bounded(names: BoundedNames, name: unknown, mayAdmit = true): unknown {
  return typeof name === 'string' ? names.of(name, mayAdmit) : name;
}
