/**
 * The metrics of generative AI: those of the selected conventions, and additional metrics that the conventions do not
 * define. Names, units and boundaries follow the conventions where they define them.
 */
import { asError, oneOf, optional, text } from '../../catalogue/attributes.js';
import { counter, histogram, observableUpDownCounter } from '../../catalogue/definitions.js';
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';
import { operationSeconds } from './boundaries.js';
import { errorType, estimated, modelAttributes, type NameSettings, nameLimit } from './bounded-attributes.js';
import type { Conventions } from './conventions.js';
import { latestDefinitions } from './latest.js';
import { legacyDefinitions } from './legacy.js';
import { priceGaps } from './model-price.js';

/** Seconds of an agent invocation: 0.1 s to 410 s, doubling. */
const agentSeconds = Array.from({ length: 13 }, (_, power) => 0.1 * 2 ** power);
/** Calls of an agent invocation: 1 to 128, doubling. */
const agentCalls = Array.from({ length: 8 }, (_, power) => 2 ** power);
const firstTokenSeconds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const perTokenSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const tokensPerSecond = [1, 2.5, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2500, 5000];
/** US dollars of an operation, from a short prompt to a cheap model to a million tokens of an expensive one. */
const operationUsd = [
  0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 25, 100,
];

/**
 * Reasons for an unknown cost: no price for the model, no prices, a full queue while prices loaded, no usage, a usage that is
 * invalid or lacks a total, or a part of the operation without a price.
 */
export const unknownCosts = [
  'unknown_model',
  'no_prices',
  'queue_full',
  'no_usage',
  'incomplete_usage',
  'invalid_cost',
  ...priceGaps,
] as const;

/** Returns the definitions that do not depend on the selected conventions. */
function commonDefinitions(names: NameSettings) {
  const attributes = modelAttributes(names);
  const withError = { ...attributes, 'error.type': errorType };
  const name = () => text({ limit: nameLimit });
  return {
    operationDuration: histogram({
      name: 'gen_ai.client.operation.duration',
      unit: 's',
      description: 'Duration of an operation, measured by the client.',
      buckets: operationSeconds,
      attributes: withError,
    }),
    invokeAgentDuration: histogram({
      name: 'gen_ai.invoke_agent.duration',
      unit: 's',
      description: 'Duration of an agent invocation or a workflow run in this process.',
      buckets: agentSeconds,
      attributes: {
        'gen_ai.operation.name': oneOf('invoke_agent', 'invoke_workflow'),
        'gen_ai.agent.name': optional(name()),
        'gen_ai.request.model': attributes['gen_ai.request.model'],
        'error.type': errorType,
      },
    }),
    invokeAgentInferenceCalls: histogram({
      name: 'gen_ai.invoke_agent.inference_calls',
      unit: '{inference_call}',
      description: 'Model calls of an agent invocation, including failed ones.',
      buckets: agentCalls,
      attributes: { 'gen_ai.agent.name': optional(name()) },
    }),
    invokeAgentToolCalls: histogram({
      name: 'gen_ai.invoke_agent.tool_calls',
      unit: '{tool_call}',
      description: 'Tool calls of an agent invocation, including failed ones.',
      buckets: agentCalls,
      attributes: { 'gen_ai.agent.name': optional(name()) },
    }),
    executeToolDuration: histogram({
      name: 'gen_ai.execute_tool.duration',
      unit: 's',
      description: 'Duration of a tool execution.',
      buckets: operationSeconds,
      attributes: {
        'gen_ai.tool.name': name(),
        'gen_ai.tool.type': optional(text({ limit: 10 })),
        'gen_ai.agent.name': optional(name()),
        'error.type': errorType,
      },
    }),
    retrievalDuration: histogram({
      name: 'gen_ai.retrieval.duration',
      unit: 's',
      description: 'Duration of a retrieval of documents in this process.',
      buckets: operationSeconds,
      attributes: {
        'gen_ai.operation.name': oneOf('retrieval'),
        'gen_ai.data_source.id': optional(name()),
        'error.type': errorType,
      },
    }),
    serverRequestDuration: histogram({
      name: 'gen_ai.server.request.duration',
      unit: 's',
      description: 'Duration of a request until the last byte, measured by the server of the model.',
      buckets: operationSeconds,
      attributes: withError,
    }),
    serverTimeToFirstToken: histogram({
      name: 'gen_ai.server.time_to_first_token',
      unit: 's',
      description: 'Time until the server generates the first token of a successful response.',
      buckets: firstTokenSeconds,
      attributes,
    }),
    serverTimePerOutputToken: histogram({
      name: 'gen_ai.server.time_per_output_token',
      unit: 's',
      description: 'Time per token after the first of a successful response, measured by the server.',
      buckets: perTokenSeconds,
      attributes,
    }),

    streams: counter({
      name: 'gen_ai.client.streams',
      unit: '{stream}',
      description: 'Streamed responses, by outcome.',
      attributes: {
        ...attributes,
        outcome: oneOf('completed', 'cancelled', asError('failed'), asError('abandoned')),
      },
    }),
    activeStreams: observableUpDownCounter({
      name: 'gen_ai.client.active_streams',
      unit: '{stream}',
      description: 'Streamed responses in progress.',
    }),
    outputTokensPerSecond: histogram({
      name: 'gen_ai.client.output_tokens_per_second',
      unit: '{token}/s',
      description: 'Output tokens per second of a streamed response, after its first chunk.',
      buckets: tokensPerSecond,
      attributes,
    }),
    cost: counter({
      name: 'gen_ai.client.cost_usd',
      unit: '{USD}',
      description: 'Cost of operations, in US dollars.',
      attributes: { ...attributes, estimated },
    }),
    operationCost: histogram({
      name: 'gen_ai.client.operation.cost_usd',
      unit: '{USD}',
      description: 'Cost of an operation, in US dollars.',
      buckets: operationUsd,
      attributes: { ...attributes, estimated },
    }),
    costUnknown: counter({
      name: 'gen_ai.client.cost.unknown',
      unit: '{operation}',
      description: 'Operations that may cost something, but whose cost is unknown, by reason.',
      attributes: { ...attributes, reason: oneOf(...unknownCosts) },
    }),
  };
}

/** The definitions that every catalogue of the pack has. */
export type GenaiDefinitions = ReturnType<typeof commonDefinitions>;

/** The instruments of the pack. Instruments of one generation exist only if its conventions are selected. */
export type GenaiInstruments = InstrumentsOf<GenaiDefinitions> &
  Partial<InstrumentsOf<ReturnType<typeof legacyDefinitions>>> &
  Partial<InstrumentsOf<ReturnType<typeof latestDefinitions>>>;

/** Returns the catalogue of the selected conventions. */
export function genaiCatalogue(conventions: Conventions, names: NameSettings, options: PackCatalogueOptions = {}) {
  const definitions: GenaiDefinitions = {
    ...(conventions === 'latest' ? {} : legacyDefinitions(names)),
    ...(conventions === 'legacy' ? {} : latestDefinitions(names)),
    ...commonDefinitions(names),
  };
  return definePackCatalogue(definitions, options);
}
