/**
 * Pack `genai`: duration, tokens and cost of generative AI calls, by OpenTelemetry's conventions.
 *
 * `recorder.ts` has a method for each event of `events.ts`. `operation.ts` is the state of one call; `observed-stream.ts`
 * measures streamed responses; `costs.ts` derives costs from prices. `wrappers/` measures clients of
 * SDKs, without importing the SDKs.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { namespaceOption } from '../kit/namespace.js';
import { type GenaiDefinitions, genaiCatalogue } from './metrics.js';
import { type GenaiOptions, settingsOf } from './options.js';
import { GenaiRecorder } from './recorder.js';

export type { NameOption } from '../kit/bounded-names.js';
export type { Conventions } from './conventions.js';
export type {
  ActiveOperation,
  AgentInvocation,
  Operation,
  OperationEnd,
  OperationStart,
  Retrieval,
  ServerRequest,
  StreamOutcome,
  StreamReading,
  ToolExecution,
  WorkflowRun,
} from './events.js';
export type { GenaiDefinitions, GenaiInstruments } from './metrics.js';
export type { ContextTier, ModelPrice, PriceGap, TokenPrices } from './model-price.js';
export type { GenaiOptions } from './options.js';
export type { ModelPriceTable, PriceSource } from './prices.js';
export { usageOf } from './provider-usage.js';
export type { GenaiRecorder } from './recorder.js';
export type { Tokenizer } from './token-estimate.js';
export type { NormalizedUsage, ReportedUsage, TokenUsage } from './token-usage.js';
export { type AnthropicClient, observeAnthropic } from './wrappers/anthropic.js';
export { type ObserveOpenAIOptions, type OpenAIClient, observeOpenAI } from './wrappers/openai.js';
export type { ObserveOptions } from './wrappers/sdk-client.js';

/**
 * Returns the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { genai } from 'otelier/packs/genai';
 * const metrics = startMetrics({ serviceName: 'assistant', packs: { genai: genai() } });
 * const call = metrics.genai.begin({ provider: 'openai', model: 'gpt-4o' });
 * call.end({ responseModel: 'gpt-4o-2024-08-06', usage: { inputTokens: 190, outputTokens: 420 } });
 */
export function genai(options: GenaiOptions = {}): Pack<GenaiRecorder, GenaiDefinitions> {
  const settings = settingsOf(options);
  const { namespace, maxExpectedSeconds } = options;
  return {
    name: 'genai',
    callsBack: false,
    options,
    catalogue: genaiCatalogue(settings.conventions, settings, {
      maxExpectedSeconds,
      ...namespaceOption(namespace),
    }),
    recorder: (context) => new GenaiRecorder(context, settings),
  };
}
