/**
 * Metrics of OpenTelemetry's latest conventions for generative AI that replace older ones: durations by kind of operation,
 * streaming, and tokens as counters and per operation.
 */
import { optional, text } from '../../catalogue/attributes.js';
import { counter, histogram } from '../../catalogue/definitions.js';
import { operationSeconds, operationTokens } from './boundaries.js';
import {
  errorType,
  estimated,
  modelAttributes,
  type NameSettings,
  nameLimit,
  tokenModality,
} from './bounded-attributes.js';

/** Returns the definitions of the latest conventions only. */
export function latestDefinitions(names: NameSettings) {
  const attributes = modelAttributes(names);
  const withError = { ...attributes, 'error.type': errorType };
  const withModality = { ...attributes, 'gen_ai.token.modality': tokenModality };
  const usage = (tokens: string, description: string) => ({
    name: `gen_ai.client.inference.usage.${tokens}`,
    unit: '{token}',
    description,
  });
  const perOperation = (tokens: string, description: string) =>
    histogram({
      name: `gen_ai.client.inference.operation.${tokens}`,
      unit: '{token}',
      description,
      buckets: operationTokens,
      attributes: { ...withError, estimated },
    });
  return {
    inferenceDuration: histogram({
      name: 'gen_ai.client.inference.duration',
      unit: 's',
      description: 'Duration of an inference, measured by the client.',
      buckets: operationSeconds,
      attributes: withError,
    }),
    inferenceTimeToFirstChunk: histogram({
      name: 'gen_ai.client.inference.time_to_first_chunk',
      unit: 's',
      description: 'Time from a request to the first chunk of its streamed response.',
      buckets: operationSeconds,
      attributes,
    }),
    inferenceTimePerOutputChunk: histogram({
      name: 'gen_ai.client.inference.time_per_output_chunk',
      unit: 's',
      description: 'Time between chunks of a streamed response.',
      buckets: operationSeconds,
      attributes,
    }),
    embeddingsDuration: histogram({
      name: 'gen_ai.client.embeddings.duration',
      unit: 's',
      description: 'Duration of a computation of embeddings, measured by the client.',
      buckets: operationSeconds,
      attributes: withError,
    }),
    embeddingsInputTokens: histogram({
      name: 'gen_ai.client.embeddings.operation.input_tokens',
      unit: '{token}',
      description: 'Input tokens of a computation of embeddings.',
      buckets: operationTokens,
      attributes: { ...attributes, estimated },
    }),
    invokeRemoteAgentDuration: histogram({
      name: 'gen_ai.client.invoke_agent.duration',
      unit: 's',
      description: 'Duration of an invocation of a remote agent, measured by the client.',
      buckets: operationSeconds,
      attributes: { ...withError, 'gen_ai.agent.name': optional(text({ limit: nameLimit })) },
    }),
    inputTokens: counter({
      ...usage('input_tokens', 'Input tokens used, including cached tokens.'),
      attributes: { ...withModality, estimated },
    }),
    outputTokens: counter({
      ...usage('output_tokens', 'Output tokens used, including reasoning tokens.'),
      attributes: { ...withModality, estimated },
    }),
    cacheReadTokens: counter({
      ...usage('cache_read.input_tokens', 'Input tokens read from the cache of a provider.'),
      attributes: withModality,
    }),
    cacheWriteTokens: counter({
      ...usage('cache_write.input_tokens', 'Input tokens written to the cache of a provider.'),
      attributes: withModality,
    }),
    reasoningTokens: counter({
      ...usage('reasoning.output_tokens', 'Output tokens used for reasoning.'),
      attributes: withModality,
    }),
    operationInputTokens: perOperation('input_tokens', 'Input tokens of an operation.'),
    operationOutputTokens: perOperation('output_tokens', 'Output tokens of an operation.'),
  };
}
