/** Clients of the package `openai`, and what their answers say. */
import type { OperationEnd } from '../events.js';
import type { GenaiRecorder } from '../recorder.js';
import { type AnswerShape, type KnownAnswer, member, noteModel, usageOf } from './answers.js';
import { type ObserveOptions, observeClient, type Sdk } from './client.js';

/** What a client of the package `openai` has, in whatever version; `AzureOpenAI` too. */
export interface OpenAIClient {
  /** Tells `server.address` and `server.port`. */
  readonly baseURL: string;
  /** Tells it from clients of other packages. */
  readonly chat: { readonly completions: { create(...parameters: never[]): unknown } };
}

/** Completions of both APIs of that name, and embeddings: `choices`, and `prompt_tokens`. */
function completionShape(operation: string): AnswerShape {
  const note = (answer: unknown, known: KnownAnswer): void => {
    noteModel(answer, known);
    noteUsage(member(answer, 'usage'), known);
  };
  return {
    operation,
    whole: (answer) => {
      const known: KnownAnswer = {};
      note(answer, known);
      return known;
    },
    event: (chunk, known) => {
      note(chunk, known);
      const choices = member(chunk, 'choices');
      return Array.isArray(choices) && choices.some(bringsOutput);
    },
  };
}

/** Whether a choice of a chunk has more than the role that an answer begins with, or the reason that it ends for. */
function bringsOutput(choice: unknown): boolean {
  const delta = member(choice, 'delta') ?? { text: member(choice, 'text') };
  return Object.entries(delta).some(
    ([name, part]) => name !== 'role' && part !== null && part !== undefined && part !== '',
  );
}

/** Responses: an object that its last event has as a whole. */
const responses: AnswerShape = {
  operation: 'chat',
  whole: noteResponse,
  event: (event, known) => {
    const type = member(event, 'type');
    if (typeof type !== 'string') return false;
    if (type === 'error') known.errorType = codeOf(event);
    noteResponse(member(event, 'response'), known);
    return type.endsWith('.delta') || type.endsWith('.partial_image');
  },
};

function noteResponse(response: unknown, known: KnownAnswer = {}): OperationEnd {
  noteModel(response, known);
  noteUsage(member(response, 'usage'), known);
  if (member(response, 'status') === 'failed') known.errorType = codeOf(member(response, 'error'));
  return known;
}

function codeOf(error: unknown): string {
  const code = member(error, 'code');
  return typeof code === 'string' && code !== '' ? code : 'failed';
}

/** Both ways of naming tokens; details are parts of what they are details of. */
function noteUsage(usage: unknown, known: KnownAnswer): void {
  if (typeof usage !== 'object' || usage === null) return;
  const inputDetails = member(usage, 'prompt_tokens_details') ?? member(usage, 'input_tokens_details');
  const outputDetails = member(usage, 'completion_tokens_details') ?? member(usage, 'output_tokens_details');
  const input = member(usage, 'prompt_tokens') ?? member(usage, 'input_tokens');
  const output = member(usage, 'completion_tokens') ?? member(usage, 'output_tokens');
  const reasoning = member(outputDetails, 'reasoning_tokens');
  known.usage = usageOf(
    {
      inputTokens: input,
      outputTokens: withReasoning(input, output, reasoning, member(usage, 'total_tokens')),
      cacheReadTokens: member(inputDetails, 'cached_tokens'),
      cacheWriteTokens: member(inputDetails, 'cache_write_tokens'),
      cacheWrite1hTokens: undefined,
      reasoningTokens: reasoning,
    },
    known.usage,
  );
}

/** All of the output. xAI tells reasoning beside it and not as a part of it, which only the total gives away. */
function withReasoning(input: unknown, output: unknown, reasoning: unknown, total: unknown): unknown {
  if (typeof output !== 'number' || typeof reasoning !== 'number' || reasoning <= 0) return output;
  return typeof input === 'number' && total === input + output + reasoning ? output + reasoning : output;
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
 * Measures what a client of the package `openai` calls: `chat.completions`, `responses`, `completions` and
 * `embeddings`, streamed or not, with the helpers that go through them (`stream`, `parse`, `runTools`). Copies made by
 * `withOptions` are measured as well.
 *
 * The client itself is changed and returned: everybody who holds it is measured. What it returns, throws and sends is
 * as before. An operation lasts from the call until the answer was read, attempts of the SDK included. A client that
 * is given again is measured once, as told last.
 *
 * @param genai the recorder, `metrics.genai`.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID when it is no such client or recorder, or an option is none.
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
