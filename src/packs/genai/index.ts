/**
 * Pack `genai`: what calls of generative AI take, use and cost, by OpenTelemetry's conventions.
 *
 * `recorder.ts` has a verb for each event of `events.ts`; `operation.ts` is one call from its beginning to its end,
 * `observe.ts` and `open-streams.ts` are streamed answers, `costs.ts` and what it names prices. `wrappers/` has clients of
 * SDKs measured, without importing these.
 *
 * @module
 */
import type { Pack } from '../../catalogue/pack.js';
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
  ServerRequest,
  StreamOutcome,
  StreamReading,
  TokenUsage,
  ToolExecution,
  WorkflowRun,
} from './events.js';
export type { GenaiDefinitions, GenaiInstruments } from './metrics.js';
export type { GenaiOptions } from './options.js';
export type { ModelPrice, ModelPriceTable, PriceSource } from './prices.js';
export type { GenaiRecorder } from './recorder.js';
export { type AnthropicClient, observeAnthropic } from './wrappers/anthropic.js';
export type { ObserveOptions } from './wrappers/client.js';
export { type OpenAIClient, observeOpenAI } from './wrappers/openai.js';

/**
 * The pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID when an option is out of its range, or is none.
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
  const { namespace } = options;
  return {
    name: 'genai',
    catalogue: genaiCatalogue(settings.conventions, settings, namespace === undefined ? {} : { namespace }),
    recorder: (context) => new GenaiRecorder(context, settings),
  };
}
