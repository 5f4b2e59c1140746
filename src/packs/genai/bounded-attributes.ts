/** Attribute types of the metrics, and the mapping of caller input to a bounded number of attribute values. */
import { type AttributesOf, boolean, integer, oneOf, optional, text } from '../../catalogue/attributes.js';
import { BoundedNames, countOf, modelNormalization, type NameOption } from '../kit/bounded-names.js';

/** Maximum number each of operations, hosts, ports, agents, tools and data sources; further values become `_OTHER`. */
export const nameLimit = 30;
/** Maximum number of error types. */
const errorLimit = 50;

/** Limits of provider and model names. */
export interface NameSettings {
  readonly providers: NameOption;
  readonly models: NameOption;
  /** Models of the price table, which are admitted before their first success. */
  readonly pricedModels: readonly string[];
  /** True if releases of a model are recorded as one model. */
  readonly modelFamilies: boolean;
}

/** Returns the attribute types of metrics of model calls. */
export function modelAttributes({ providers, models, pricedModels }: NameSettings) {
  const model = text({ limit: countOf(models) + pricedModels.length });
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
  readonly #hosts = new BoundedNames(nameLimit);
  readonly #tools = new BoundedNames(nameLimit, (name) => name.trim());
  readonly #errors = new BoundedNames(errorLimit, (name) => name.trim());

  constructor({ providers, models, pricedModels, modelFamilies }: NameSettings) {
    this.#providers = new BoundedNames(providers);
    this.#models = new BoundedNames(models, modelNormalization(modelFamilies), pricedModels);
  }

  /**
   * Returns the attributes of an operation.
   *
   * @param answered true if the model answered. Only then may a new model name use up the limit: clients and models
   * invent names, and calls of such models fail.
   */
  ofOperation(start: RawStart, responseModel: unknown, answered: boolean): ModelAttributes {
    const { operation, provider, model, serverAddress, serverPort } = start;
    const attributes: Record<string, unknown> = {
      'gen_ai.operation.name': bounded(this.#operations, operation),
      'gen_ai.provider.name': bounded(this.#providers, provider),
    };
    if (model !== undefined) attributes['gen_ai.request.model'] = this.model(model, answered);
    if (responseModel !== undefined) attributes['gen_ai.response.model'] = this.model(responseModel, answered);
    if (serverAddress !== undefined) {
      attributes['server.address'] = bounded(this.#hosts, serverAddress);
      if (serverPort !== undefined) attributes['server.port'] = serverPort;
    }
    return attributes as ModelAttributes;
  }

  /** Returns the value for a model name; `answered` as in `ofOperation`. */
  model(name: unknown, answered: boolean): string | undefined {
    return bounded(this.#models, name, answered) as string | undefined;
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
