/** Measures clients of the package `openai`, and reads their responses. */

import { member } from '../fields.js';
import { findUsage, reportedCost, usagePartsOf } from '../provider-usage.js';
import type { GenaiRecorder } from '../recorder.js';
import type { TokenUsage } from '../token-usage.js';
import { mergeUsage, type PartialEnd, type ResponseShape, readModel, readText } from './response-shape.js';
import { type ObserveOptions, observeClient, type Sdk } from './sdk-client.js';
import { textIn } from './text.js';

/** Members that clients of the package `openai`, including `AzureOpenAI`, have in every version. */
export interface OpenAIClient {
  /** Source of `server.address` and `server.port`. */
  readonly baseURL: string;
  /** Distinguishes the client from clients of other packages. */
  readonly chat: { readonly completions: { create(...parameters: never[]): unknown } };
}

/** Options of `observeOpenAI`. */
export interface ObserveOpenAIOptions extends ObserveOptions {
  /**
   * True to request the usage of streamed completions, which then end with a chunk without choices: adds
   * `stream_options.include_usage` to requests that do not set it. False by default: requests are not changed, and streamed
   * completions without usage have no cost.
   */
  readonly includeUsage?: boolean;
}

/** Returns the shape of chat completions, completions and embeddings: `choices`, and `prompt_tokens`. */
function completionShape(operation: string, usageOnRequest = false): ResponseShape {
  const read = (response: unknown, result: PartialEnd): void => {
    readModel(response, result);
    const usage = findUsage(response);
    // Each chunk has the tier; at most one has the usage.
    mergeUsage({ service_tier: member(response, 'service_tier'), ...(usage === response ? {} : usage) }, result);
    const costUsd = reportedCost(response, usage);
    if (costUsd !== undefined) result.costUsd = costUsd;
  };
  return {
    operation,
    usageOnRequest,
    readResponse: (response) => {
      const result: PartialEnd = {};
      read(response, result);
      readText(member(response, 'choices'), result);
      return result;
    },
    readEvent: (chunk, result) => {
      read(chunk, result);
      const choices = member(chunk, 'choices');
      if (!Array.isArray(choices)) return undefined;
      const parts = choices.map(outputOf).filter(hasOutput);
      return parts.length === 0 ? undefined : (textIn(parts) ?? '');
    },
  };
}

/** Returns the part of the output in a choice. */
function outputOf(choice: unknown): object {
  return member(choice, 'delta') ?? { text: member(choice, 'text') };
}

/** Reports whether a part has output, not only the role at the start or the finish reason at the end. */
function hasOutput(part: object): boolean {
  return Object.entries(part).some(
    ([name, value]) => name !== 'role' && value !== null && value !== undefined && value !== '',
  );
}

/** Shape of the responses API, whose last event has the complete response. */
const responses: ResponseShape = {
  operation: 'chat',
  readResponse: (response) => {
    const result: PartialEnd = {};
    readOutcome(response, result);
    readText(member(response, 'output'), result);
    return result;
  },
  readEvent: (event, result) => {
    const type = member(event, 'type');
    if (typeof type !== 'string') return undefined;
    if (type === 'error') result.errorType = codeOf(event);
    readOutcome(member(event, 'response'), result);
    if (type.endsWith('.partial_image')) return '';
    const delta = member(event, 'delta');
    return type.endsWith('.delta') ? (typeof delta === 'string' ? delta : '') : undefined;
  },
};

/** Reads everything but the text; the last event of a stream repeats the text of earlier events. */
function readOutcome(response: unknown, result: PartialEnd): void {
  readModel(response, result);
  // Not validated: the recorder counts invalid values.
  if (response !== undefined) result.usage = usagePartsOf(response) as TokenUsage;
  if (member(response, 'status') === 'failed') result.errorType = codeOf(member(response, 'error'));
}

function codeOf(error: unknown): string {
  const code = member(error, 'code');
  return typeof code === 'string' && code !== '' ? code : 'failed';
}

const sdk: Sdk = {
  observe: 'observeOpenAI',
  name: 'openai',
  provider: 'openai',
  options: ['provider', 'includeUsage'],
  resources: {
    'chat.completions': completionShape('chat', true),
    completions: completionShape('text_completion', true),
    embeddings: completionShape('embeddings'),
    responses,
    'beta.responses': responses,
  },
};

/**
 * Measures the calls of a client of the package `openai`: `chat.completions`, `responses`, `completions` and
 * `embeddings`, streamed or not, including their helpers (`stream`, `parse`, `runTools`) and copies made by `withOptions`.
 *
 * Modifies the client and returns it, so that every holder of the client is measured. Results and errors do not change,
 * nor do requests unless `includeUsage` is set. An operation lasts from the call until the response is read, including
 * the SDK's retries. A repeated call for the same client updates the recorder and the options.
 *
 * @param genai the recorder, `metrics.genai`.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if the client, the recorder or an option is invalid.
 *
 * @example
 * import OpenAI from 'openai';
 * import { startMetrics } from 'otelier';
 * import { genai, observeOpenAI } from 'otelier/packs/genai';
 * const metrics = startMetrics({ serviceName: 'assistant', packs: { genai: genai() } });
 * const client = observeOpenAI(new OpenAI(), metrics.genai);
 */
export function observeOpenAI<Client extends OpenAIClient>(
  client: Client,
  genai: GenaiRecorder,
  options: ObserveOpenAIOptions = {},
): Client {
  observeClient(sdk, client, genai, options);
  return client;
}
