/** A client of an SDK, whose calls of models are measured from then on. */
import { MetricsError, type Problem } from '../../../errors.js';
import { unknownOptions } from '../../kit/options.js';
import type { GenaiRecorder } from '../recorder.js';
import { addressOf } from './address.js';
import { type AnswerShape, member } from './answers.js';
import { isSdkPromise, measureCall } from './call.js';

/** Options of `observeOpenAI` and `observeAnthropic`. */
export interface ObserveOptions {
  /** `gen_ai.provider.name` of calls, where the client does not ask the maker of its SDK: `azure.ai.openai`, `deepseek`. */
  readonly provider?: string;
}

/** An SDK: how its clients are observed, and which of their resources call models. */
export interface Sdk {
  /** Name of the function that observes its clients. */
  readonly observe: string;
  /** Name of the package. */
  readonly name: string;
  readonly provider: string;
  /** Shape of the answers to `create`, by the path of the resource in the client. */
  readonly resources: Readonly<Record<string, AnswerShape>>;
}

/** Where the calls of a client are recorded, and as whose. */
interface Observation {
  recorder: GenaiRecorder;
  provider: string;
}

type Method = (...parameters: unknown[]) => unknown;

const observations = new WeakMap<object, Observation>();

/**
 * Has the calls of the client measured. Replaces `create` of its resources and its `withOptions`, nothing else; a
 * client that is observed already is recorded as told last.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID when there is nothing to measure, or nothing to record with.
 */
export function observeClient(sdk: Sdk, client: object, recorder: GenaiRecorder, options: ObserveOptions): void {
  const { provider = sdk.provider } = options;
  const problems: Problem[] = unknownOptions(sdk.observe, options, ['provider']);
  const resources = Object.entries(sdk.resources).flatMap(([path, shape]) => {
    const resource = resourceAt(client, path);
    return resource === undefined ? [] : [{ resource, shape }];
  });
  if (resources.length === 0) {
    problems.push({ where: `${sdk.observe}.client`, expected: `a client of the package ${sdk.name}` });
  }
  if (typeof member(recorder, 'begin') !== 'function') {
    problems.push({ where: `${sdk.observe}.genai`, expected: 'the recorder of the pack genai' });
  }
  if (typeof provider !== 'string' || provider === '') {
    problems.push({ where: `${sdk.observe}.provider`, value: provider, expected: 'a name' });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);

  const known = observations.get(client);
  if (known !== undefined) {
    Object.assign(known, { recorder, provider });
    return;
  }
  const observation: Observation = { recorder, provider };
  observations.set(client, observation);
  const address = addressOf(client);
  for (const { resource, shape } of resources) {
    replace(resource, 'create', (returned, [body]) => {
      if (!isSdkPromise(returned)) return;
      const model = member(body, 'model');
      const operation = observation.recorder.begin({
        operation: shape.operation,
        provider: observation.provider,
        ...(typeof model === 'string' ? { model } : {}),
        ...address(),
      });
      measureCall(returned, operation, shape);
    });
  }
  replace(client, 'withOptions', (copy) => {
    const { recorder: current, provider: name } = observation;
    observeClient(sdk, copy as object, current, { provider: name });
  });
}

/** The object at a path such as `chat.completions`, where it has a `create`. */
function resourceAt(client: object, path: string): object | undefined {
  const resource = path.split('.').reduce<unknown>(member, client);
  return typeof member(resource, 'create') === 'function' ? (resource as object) : undefined;
}

/** Has `observe` see what a method returned. The caller gets the same, and what the method throws. */
function replace(owner: object, name: string, observe: (returned: unknown, parameters: unknown[]) => void): void {
  const method = member(owner, name);
  if (typeof method !== 'function') return;
  const observed: Method = function (this: unknown, ...parameters) {
    const returned: unknown = Reflect.apply(method, this, parameters);
    try {
      observe(returned, parameters);
    } catch {
      // A call that cannot be measured is a call all the same.
    }
    return returned;
  };
  Reflect.defineProperty(owner, name, { value: observed, writable: true, configurable: true });
}
