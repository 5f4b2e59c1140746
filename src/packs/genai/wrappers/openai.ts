/** Measures clients of the package `openai`, and reads their responses. */
import type { OperationEnd } from '../events.js';
import { findUsage, reportedCost } from '../provider-usage.js';
import type { GenaiRecorder } from '../recorder.js';
import { member, mergeUsage, type PartialEnd, type ResponseShape, readModel } from './response-shape.js';
import { type ObserveOptions, observeClient, type Sdk } from './sdk-client.js';

/** Members that clients of the package `openai`, including `AzureOpenAI`, have in every version. */
export interface OpenAIClient {
  /** Source of `server.address` and `server.port`. */
  readonly baseURL: string;
  /** Distinguishes the client from clients of other packages. */
  readonly chat: { readonly completions: { create(...parameters: never[]): unknown } };
}

/** Returns the shape of chat completions, completions and embeddings: `choices`, and `prompt_tokens`. */
function completionShape(operation: string): ResponseShape {
  const read = (response: unknown, result: PartialEnd): void => {
    readModel(response, result);
    const usage = findUsage(response);
    if (usage !== response) mergeUsage(usage, result);
    const costUsd = reportedCost(response, usage);
    if (costUsd !== undefined) result.costUsd = costUsd;
  };
  return {
    operation,
    readResponse: (response) => {
      const result: PartialEnd = {};
      read(response, result);
      return result;
    },
    readEvent: (chunk, result) => {
      read(chunk, result);
      const choices = member(chunk, 'choices');
      return Array.isArray(choices) && choices.some(hasOutput);
    },
  };
}

/** Reports whether a choice has output, not only the role at the start or the finish reason at the end. */
function hasOutput(choice: unknown): boolean {
  const delta = member(choice, 'delta') ?? { text: member(choice, 'text') };
  return Object.entries(delta).some(
    ([name, part]) => name !== 'role' && part !== null && part !== undefined && part !== '',
  );
}

/** Shape of the responses API, whose last event has the complete response. */
const responses: ResponseShape = {
  operation: 'chat',
  readResponse,
  readEvent: (event, result) => {
    const type = member(event, 'type');
    if (typeof type !== 'string') return false;
    if (type === 'error') result.errorType = codeOf(event);
    readResponse(member(event, 'response'), result);
    return type.endsWith('.delta') || type.endsWith('.partial_image');
  },
};

function readResponse(response: unknown, result: PartialEnd = {}): OperationEnd {
  readModel(response, result);
  mergeUsage(member(response, 'usage'), result);
  if (member(response, 'status') === 'failed') result.errorType = codeOf(member(response, 'error'));
  return result;
}

function codeOf(error: unknown): string {
  const code = member(error, 'code');
  return typeof code === 'string' && code !== '' ? code : 'failed';
}

const sdk: Sdk = {
  observe: 'observeOpenAI',
  name: 'openai',
  provider: 'openai',
  resources: {
    'chat.completions': completionShape('chat'),
    completions: completionShape('text_completion'),
    embeddings: completionShape('embeddings'),
    responses,
    'beta.responses': responses,
  },
};

/**
 * Measures the calls of a client of the package `openai`: `chat.completions`, `responses`, `completions` and
 * `embeddings`, streamed or not, including their helpers (`stream`, `parse`, `runTools`) and copies made by `withOptions`.
 *
 * Modifies the client and returns it, so that every holder of the client is measured. Requests, results and errors do not
 * change. An operation lasts from the call until the response is read, including the SDK's retries. A repeated call for
 * the same client updates the recorder and the options.
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
  options: ObserveOptions = {},
): Client {
  observeClient(sdk, client, genai, options);
  return client;
}
