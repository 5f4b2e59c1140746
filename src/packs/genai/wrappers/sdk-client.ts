/** Measures the model calls of an SDK client. */
import { MetricsError, type Problem } from '../../../errors.js';
import { compatibleRange } from '../../../version.js';
import { unknownOptions } from '../../kit/options.js';
import type { GenaiRecorder } from '../recorder.js';
import { addressOf } from './address.js';
import { isSdkPromise, measureCall } from './call.js';
import { member, type ResponseShape } from './response-shape.js';

/** Options of `observeOpenAI` and `observeAnthropic`. */
export interface ObserveOptions {
  /** `gen_ai.provider.name`, if the client calls another provider than the SDK's own: `azure.ai.openai`, `deepseek`. */
  readonly provider?: string;
}

/** Description of an SDK and of the client resources that call models. */
export interface Sdk {
  /** Name of the exported function that observes clients; used in messages. */
  readonly observe: string;
  /** Package name. */
  readonly name: string;
  readonly provider: string;
  /** Response shape of `create`, by the path of the resource in the client. */
  readonly resources: Readonly<Record<string, ResponseShape>>;
}

/** Recorder and provider of a client's calls. */
interface Observation {
  recorder: GenaiRecorder;
  provider: string;
}

type Method = (...parameters: unknown[]) => unknown;

/** Key of the observed clients on `globalThis`: each copy of the package would measure a client once more. */
const observationsKey = Symbol.for(`otelier.observed-clients.${compatibleRange}`);

function observedClients(): WeakMap<object, Observation> {
  const globals = globalThis as { [observationsKey]?: WeakMap<object, Observation> };
  globals[observationsKey] ??= new WeakMap();
  return globals[observationsKey];
}

/**
 * Measures the calls of a client. Replaces only `create` of its resources and `withOptions`. For a client that is already
 * observed, updates the recorder and the provider.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if the client, the recorder or an option is invalid.
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
    problems.push({ where: `${sdk.observe}.genai`, expected: 'the recorder of pack genai, such as metrics.genai' });
  }
  if (typeof provider !== 'string' || provider === '') {
    problems.push({ where: `${sdk.observe}.provider`, value: provider, expected: 'a non-empty string' });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);

  const observations = observedClients();
  const known = observations.get(client);
  if (known !== undefined) {
    Object.assign(known, { recorder, provider });
    return;
  }
  const observation: Observation = { recorder, provider };
  observations.set(client, observation);
  const address = addressOf(client);
  for (const { resource, shape } of resources) {
    wrapMethod(resource, 'create', (returned, [body]) => {
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
  wrapMethod(client, 'withOptions', (copy) => {
    const { recorder: current, provider: name } = observation;
    observeClient(sdk, copy as object, current, { provider: name });
  });
}

/** Returns the object at a path such as `chat.completions`, if it has a method `create`. */
function resourceAt(client: object, path: string): object | undefined {
  const resource = path.split('.').reduce<unknown>(member, client);
  return typeof member(resource, 'create') === 'function' ? (resource as object) : undefined;
}

/** Wraps a method: calls `observe` with its return value. Return values and errors of the method pass through. */
function wrapMethod(owner: object, name: string, observe: (returned: unknown, parameters: unknown[]) => void): void {
  const method = member(owner, name);
  if (typeof method !== 'function') return;
  const observed: Method = function (this: unknown, ...parameters) {
    const returned: unknown = Reflect.apply(method, this, parameters);
    try {
      observe(returned, parameters);
    } catch {
      // An error of the measurement must not affect the call.
    }
    return returned;
  };
  Reflect.defineProperty(owner, name, { value: observed, writable: true, configurable: true });
}
