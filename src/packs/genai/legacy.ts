/** The metrics of OpenTelemetry's conventions up to version 1.41 that have other names since. */
import { histogram } from '../../catalogue/definitions.js';
import { modelAttributes, type NameSettings, tokenType } from './attributes.js';
import { operationSeconds, operationTokens } from './buckets.js';

export function legacyDefinitions(names: NameSettings) {
  const attributes = modelAttributes(names);
  return {
    tokenUsage: histogram({
      name: 'gen_ai.client.token.usage',
      unit: '{token}',
      description: 'Tokens of an operation: of its input, and of its output.',
      buckets: operationTokens,
      attributes: { ...attributes, 'gen_ai.token.type': tokenType },
    }),
    operationTimeToFirstChunk: histogram({
      name: 'gen_ai.client.operation.time_to_first_chunk',
      unit: 's',
      description: 'Time from a request to the first chunk of its streamed answer.',
      buckets: operationSeconds,
      attributes,
    }),
    operationTimePerOutputChunk: histogram({
      name: 'gen_ai.client.operation.time_per_output_chunk',
      unit: 's',
      description: 'Time from one chunk of a streamed answer to the next.',
      buckets: operationSeconds,
      attributes,
    }),
  };
}
