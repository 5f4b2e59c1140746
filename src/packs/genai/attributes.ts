/** The attributes of the metrics, bounded: what names there may be, and how names from outside become one of them. */
import { type AttributesOf, integer, oneOf, optional, text } from '../../catalogue/attributes.js';
import { BoundedNames, countOf, type NameOption, normalizeModel } from '../kit/bounded-names.js';

/** Operations, hosts, ports, agents, tools and workflows that have series of their own, each. */
export const nameLimit = 30;
/** Errors that have series of their own. */
const errorLimit = 50;

/** Which providers and models have series of their own. */
export interface NameSettings {
  readonly providers: NameOption;
  readonly models: NameOption;
}

/** The attribute types of metrics of models; one more each than names, for `_OTHER`. */
export function modelAttributes({ providers, models }: NameSettings) {
  const model = text({ limit: countOf(models) + 1 });
  return {
    'gen_ai.operation.name': text({ limit: nameLimit + 1 }),
    'gen_ai.provider.name': text({ limit: countOf(providers) + 1 }),
    'gen_ai.request.model': optional(model),
    'gen_ai.response.model': optional(model),
    'server.address': optional(text({ limit: nameLimit + 1 })),
    'server.port': optional(integer({ limit: nameLimit })),
  };
}

/** Only of what failed. */
export const errorType = optional(text({ limit: errorLimit + 1 }));
export const tokenType = oneOf('input', 'output');
export const tokenModality = oneOf('text', 'image', 'audio', 'unknown');

/** The attributes of an operation. */
export type ModelAttributes = AttributesOf<ReturnType<typeof modelAttributes>>;

/** What was said of an operation when it began, as it was given. */
export type GivenStart = Readonly<Record<'operation' | 'provider' | 'model' | 'serverAddress' | 'serverPort', unknown>>;

/** Makes names few. What is no text is handed on, so that the engine counts it. */
export class Names {
  readonly #operations = new BoundedNames(nameLimit);
  readonly #providers: BoundedNames;
  readonly #models: BoundedNames;
  readonly #hosts = new BoundedNames(nameLimit);
  readonly #tools = new BoundedNames(nameLimit, (name) => name.trim());
  readonly #errors = new BoundedNames(errorLimit, (name) => name.trim());

  constructor({ providers, models }: NameSettings) {
    this.#providers = new BoundedNames(providers);
    this.#models = new BoundedNames(models, normalizeModel);
  }

  /**
   * The attributes of an operation.
   *
   * @param answered whether the model answered: those that do not exist, which clients and models invent, come back as
   * errors, and take nobody's place.
   */
  attributesOf(start: GivenStart, responseModel: unknown, answered: boolean): ModelAttributes {
    const { operation, provider, model, serverAddress, serverPort } = start;
    const attributes: Record<string, unknown> = {
      'gen_ai.operation.name': few(this.#operations, operation),
      'gen_ai.provider.name': few(this.#providers, provider),
    };
    if (model !== undefined) attributes['gen_ai.request.model'] = this.model(model, answered);
    if (responseModel !== undefined) attributes['gen_ai.response.model'] = this.model(responseModel, answered);
    if (serverAddress !== undefined) {
      attributes['server.address'] = few(this.#hosts, serverAddress);
      if (serverPort !== undefined) attributes['server.port'] = serverPort;
    }
    return attributes as ModelAttributes;
  }

  /** The name of a model; `answered` as in `attributesOf`. */
  model(given: unknown, answered: boolean): string | undefined {
    return few(this.#models, given, answered) as string | undefined;
  }

  /** The name of a tool. @param succeeded whether it did what was asked: models call tools that do not exist. */
  tool(given: unknown, succeeded: boolean): string {
    return few(this.#tools, given, succeeded) as string;
  }

  /** The value of `error.type`; numbers are codes. */
  error(given: unknown): string | undefined {
    return few(this.#errors, typeof given === 'number' ? String(given) : given) as string | undefined;
  }
}

function few(names: BoundedNames, given: unknown, mayAdmit = true): unknown {
  return typeof given === 'string' ? names.of(given, mayAdmit) : given;
}
