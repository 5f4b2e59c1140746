/**
 * The metrics of OpenTelemetry's latest conventions for generative AI that have other names than before, or were not
 * there: the duration of inference, its streaming, and tokens as counters and by operation.
 */
import { counter, histogram } from '../../catalogue/definitions.js';
import { errorType, modelAttributes, type NameSettings, tokenModality } from './attributes.js';
import { operationSeconds, operationTokens } from './buckets.js';

export function latestDefinitions(names: NameSettings) {
  const attributes = modelAttributes(names);
  const withError = { ...attributes, 'error.type': errorType };
  const used = (tokens: string, description: string) =>
    counter({
      name: `gen_ai.client.inference.usage.${tokens}`,
      unit: '{token}',
      description,
      attributes: { ...attributes, 'gen_ai.token.modality': tokenModality },
    });
  const ofOperation = (tokens: string, description: string) =>
    histogram({
      name: `gen_ai.client.inference.operation.${tokens}`,
      unit: '{token}',
      description,
      buckets: operationTokens,
      attributes: withError,
    });
  return {
    inferenceDuration: histogram({
      name: 'gen_ai.client.inference.duration',
      unit: 's',
      description: 'Time of an inference, as its client sees it.',
      buckets: operationSeconds,
      attributes: withError,
    }),
    inferenceTimeToFirstChunk: histogram({
      name: 'gen_ai.client.inference.time_to_first_chunk',
      unit: 's',
      description: 'Time from a request to the first chunk of its streamed answer.',
      buckets: operationSeconds,
      attributes,
    }),
    inferenceTimePerOutputChunk: histogram({
      name: 'gen_ai.client.inference.time_per_output_chunk',
      unit: 's',
      description: 'Time from one chunk of a streamed answer to the next.',
      buckets: operationSeconds,
      attributes,
    }),
    inputTokens: used('input_tokens', 'Input tokens used, cached ones included.'),
    outputTokens: used('output_tokens', 'Output tokens used, those of reasoning included.'),
    cacheReadTokens: used('cache_read.input_tokens', 'Input tokens that came from the cache of a provider.'),
    cacheWriteTokens: used('cache_write.input_tokens', 'Input tokens that were written to the cache of a provider.'),
    reasoningTokens: used('reasoning.output_tokens', 'Output tokens used for reasoning.'),
    operationInputTokens: ofOperation('input_tokens', 'Input tokens of an operation.'),
    operationOutputTokens: ofOperation('output_tokens', 'Output tokens of an operation.'),
  };
}
