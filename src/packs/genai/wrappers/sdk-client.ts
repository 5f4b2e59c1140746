/** Measures the model calls of an SDK client. */
import { MetricsError, type Problem } from '../../../errors.js';
import { compatibleRange } from '../../../version.js';
import { checkedOptions, unknownOptions, wrongFlags } from '../../kit/options.js';
import { member } from '../fields.js';
import type { GenaiRecorder } from '../recorder.js';
import { addressOf } from './address.js';
import { isSdkPromise, measureCall } from './call.js';
import type { ResponseShape } from './response-shape.js';
import { textIn } from './text.js';

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
  /** Names of the options. */
  readonly options: readonly string[];
  /** Response shape of `create`, by the path of the resource in the client. */
  readonly resources: Readonly<Record<string, ResponseShape>>;
}

/** Recorder and options of a client's calls. */
interface Observation {
  recorder: GenaiRecorder;
  provider: string;
  includeUsage: boolean;
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
 * observed, updates the recorder and the options.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if the client, the recorder or an option is invalid.
 */
export function observeClient(
  sdk: Sdk,
  client: object,
  recorder: GenaiRecorder,
  options: ObserveOptions & { readonly includeUsage?: boolean },
): void {
  const { provider = sdk.provider, includeUsage = false } = checkedOptions(sdk.observe, options);
  const problems: Problem[] = [
    ...unknownOptions(sdk.observe, options, sdk.options),
    ...wrongFlags(sdk.observe, { includeUsage }),
  ];
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
    Object.assign(known, { recorder, provider, includeUsage });
    return;
  }
  const observation: Observation = { recorder, provider, includeUsage };
  observations.set(client, observation);
  const address = addressOf(client);
  for (const { resource, shape } of resources) {
    const prepare = (parameters: unknown[]) =>
      shape.usageOnRequest === true && observation.includeUsage ? requestUsage(parameters) : parameters;
    wrapMethod(resource, 'create', prepare, (returned, [body]) => {
      if (!isSdkPromise(returned)) return;
      const model = member(body, 'model');
      const operation = observation.recorder.begin({
        operation: shape.operation,
        provider: observation.provider,
        ...(typeof model === 'string' ? { model } : {}),
        ...address(),
        inputText: () => textIn(body),
      });
      measureCall(returned, operation, shape);
    });
  }
  wrapMethod(client, 'withOptions', unchanged, (copy) => {
    const { recorder: current, ...others } = observation;
    const given = Object.entries(others).filter(([name]) => sdk.options.includes(name));
    observeClient(sdk, copy as object, current, Object.fromEntries(given));
  });
}

/** Adds `include_usage` to the request of a streamed response. The caller's request is not changed. */
function requestUsage(parameters: unknown[]): unknown[] {
  const [body, ...others] = parameters;
  const options = member(body, 'stream_options');
  if (member(body, 'stream') !== true || member(options, 'include_usage') !== undefined) return parameters;
  return [{ ...(body as object), stream_options: { ...(options as object), include_usage: true } }, ...others];
}

/** Returns the object at a path such as `chat.completions`, if it has a method `create`. */
function resourceAt(client: object, path: string): object | undefined {
  const resource = path.split('.').reduce<unknown>(member, client);
  return typeof member(resource, 'create') === 'function' ? (resource as object) : undefined;
}

/**
 * Wraps a method: calls it with the parameters that `prepare` returns, and `observe` with its return value. Return values
 * and errors of the method pass through.
 */
function wrapMethod(
  owner: object,
  name: string,
  prepare: (parameters: unknown[]) => unknown[],
  observe: (returned: unknown, parameters: unknown[]) => void,
): void {
  const method = member(owner, name);
  if (typeof method !== 'function') return;
  const observed: Method = function (this: unknown, ...given) {
    const parameters = withoutErrors(() => prepare(given)) ?? given;
    const returned: unknown = Reflect.apply(method, this, parameters);
    withoutErrors(() => observe(returned, parameters));
    return returned;
  };
  Reflect.defineProperty(owner, name, { value: observed, writable: true, configurable: true });
}

const unchanged = (parameters: unknown[]): unknown[] => parameters;

/** Calls a function of the measurement, whose errors must not affect the call. Returns `undefined` after an error. */
function withoutErrors<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
