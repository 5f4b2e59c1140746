/** Durations of operations, recorded under the names of the selected conventions. */
import { amountOf } from '../kit/refusal.js';
import type { ModelAttributes } from './bounded-attributes.js';
import type { GenaiInstruments } from './metrics.js';

/**
 * Records the duration of an operation. The metric of an invalid duration rejects and counts it.
 *
 * @param agent the remote agent; recorded only for the operation `invoke_agent`.
 */
export function recordDuration(
  instruments: GenaiInstruments,
  duration: unknown,
  attributes: ModelAttributes,
  errorType: string | undefined,
  agent: unknown,
): void {
  const seconds = amountOf(duration);
  const withError = errorType === undefined ? attributes : { ...attributes, 'error.type': errorType };
  const latest = latestDuration(instruments, attributes);
  const isAgent = latest === instruments.invokeRemoteAgentDuration;
  const own = isAgent ? { ...withError, 'gen_ai.agent.name': agent as string } : withError;
  latest?.record(seconds, own);
  // Under the legacy conventions, one metric has the durations of all operations.
  const isLegacy = instruments.tokenUsage !== undefined;
  if (isLegacy || latest === undefined) instruments.operationDuration.record(seconds, withError);
}

/** Returns the metric that the latest conventions define for an operation; `undefined` without such a metric. */
function latestDuration(instruments: GenaiInstruments, { 'gen_ai.operation.name': operation }: ModelAttributes) {
  switch (operation) {
    case 'chat':
    case 'text_completion':
    case 'generate_content':
      return instruments.inferenceDuration;
    case 'embeddings':
      return instruments.embeddingsDuration;
    case 'invoke_agent':
      return instruments.invokeRemoteAgentDuration;
    default:
      return undefined;
  }
}
