/** Metrics of OpenTelemetry's conventions up to version 1.41 that the latest conventions rename. */
import { histogram } from '../../catalogue/definitions.js';
import { operationSeconds, operationTokens } from './boundaries.js';
import { estimated, modelAttributes, type NameSettings, tokenType } from './bounded-attributes.js';

/** Returns the definitions of the legacy conventions only. */
export function legacyDefinitions(names: NameSettings) {
  const attributes = modelAttributes(names);
  return {
    tokenUsage: histogram({
      name: 'gen_ai.client.token.usage',
      unit: '{token}',
      description: 'Input and output tokens of an operation.',
      buckets: operationTokens,
      attributes: { ...attributes, 'gen_ai.token.type': tokenType, estimated },
    }),
    operationTimeToFirstChunk: histogram({
      name: 'gen_ai.client.operation.time_to_first_chunk',
      unit: 's',
      description: 'Time from a request to the first chunk of its streamed response.',
      buckets: operationSeconds,
      attributes,
    }),
    operationTimePerOutputChunk: histogram({
      name: 'gen_ai.client.operation.time_per_output_chunk',
      unit: 's',
      description: 'Time between chunks of a streamed response.',
      buckets: operationSeconds,
      attributes,
    }),
  };
}
