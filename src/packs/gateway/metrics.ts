/** Metrics of pack `gateway`: of every request, of detailed events, and of the processing of detailed events. */
import { asError, oneOf, text } from '../../catalogue/attributes.js';
import { counter, gauge, histogram, observableGauge, observableUpDownCounter } from '../../catalogue/definitions.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';

/** Numbers of names with separate series. */
export interface NameLimits {
  readonly providers: number;
  readonly models: number;
  readonly applications: number;
  readonly errorCodes: number;
}

/** Buckets of request durations by provider, seconds: the powers of two from 1 ms to 32 s. */
const powersOfTwo = Array.from({ length: 16 }, (_, power) => 2 ** power / 1_000);
/** Buckets of request durations by model, seconds: up to the 17 minutes of a long streamed answer. */
const modelSeconds = Array.from({ length: 21 }, (_, power) => 2 ** power / 1_000);
/** Buckets of times to the first byte, seconds, as in OpenTelemetry's conventions for generative AI. */
const firstByteSeconds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Buckets of times per token, seconds, from the same conventions. */
const perTokenSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
/** Buckets of the gateway's own time, seconds, around a budget of 5 ms. */
const overheadSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.025, 0.1, 0.5];

/** Outcomes of offering a detailed event. */
export const auditOutcomes = ['accepted', 'sampled_out', 'overflowed', 'switched_off', 'rejected'] as const;

/** Creates the catalogue. A namespace prefixes all names. */
export function gatewayCatalogue(limits: NameLimits, options: PackCatalogueOptions = {}) {
  const byProvider = { provider: text({ limit: limits.providers }) };
  const byModel = { ...byProvider, model: text({ limit: limits.models }) };
  const byApplication = { application: text({ limit: limits.applications }), ...byModel };
  const errorType = text({ limit: limits.errorCodes });
  return definePackCatalogue(
    {
      requests: counter({
        name: 'gateway.requests',
        unit: '{request}',
        description: 'Completed requests, successful or failed.',
        attributes: byProvider,
      }),
      failures: counter({
        name: 'gateway.request.failures',
        unit: '{request}',
        description: 'Failed requests.',
        attributes: byProvider,
      }),
      received: counter({
        name: 'gateway.received',
        unit: 'By',
        description: 'Bytes of requests received from clients.',
        attributes: byProvider,
      }),
      sent: counter({
        name: 'gateway.sent',
        unit: 'By',
        description: 'Bytes of responses sent to clients.',
        attributes: byProvider,
      }),
      duration: histogram({
        name: 'gateway.request.duration',
        unit: 's',
        description: 'End-to-end duration of a request.',
        buckets: powersOfTwo,
        attributes: byProvider,
      }),

      activeRequests: observableUpDownCounter({
        name: 'gateway.active_requests',
        unit: '{request}',
        description: 'Requests in progress.',
        attributes: byProvider,
      }),
      abandonedRequests: counter({
        name: 'gateway.request.abandoned',
        unit: '{request}',
        description: 'Requests begun whose end was never reported.',
        attributes: byProvider,
      }),
      timeToFirstByte: histogram({
        name: 'gateway.time_to_first_byte',
        unit: 's',
        description: 'Time from a request to the first byte of its response.',
        buckets: firstByteSeconds,
        attributes: byProvider,
      }),
      timePerOutputToken: histogram({
        name: 'gateway.time_per_output_token',
        unit: 's',
        description: 'Time from the first byte to the end of a response, per output token after the first.',
        buckets: perTokenSeconds,
        attributes: byProvider,
      }),
      cacheLookups: counter({
        name: 'gateway.cache.lookups',
        unit: '{lookup}',
        description: 'Lookups in the response cache.',
        attributes: { ...byProvider, outcome: oneOf('hit', 'miss') },
      }),
      streamedRequests: counter({
        name: 'gateway.request.streamed',
        unit: '{request}',
        description: 'Requests with a streamed response.',
        attributes: byProvider,
      }),
      errors: counter({
        name: 'gateway.errors',
        unit: '{error}',
        description: 'Errors of providers, by error code.',
        attributes: { ...byProvider, 'error.type': errorType },
      }),
      rateLimits: counter({
        name: 'gateway.rate_limits',
        unit: '{request}',
        description: 'Requests that a provider rejected because of its rate limit.',
        attributes: byProvider,
      }),
      fallbacks: counter({
        name: 'gateway.fallbacks',
        unit: '{fallback}',
        description: 'Requests that were sent to a fallback provider after a provider failed.',
        attributes: {
          ...byProvider,
          fallback_provider: text({ limit: limits.providers }),
          outcome: oneOf('succeeded', asError('failed')),
        },
      }),

      auditedRequests: counter({
        name: 'gateway.audited.requests',
        unit: '{request}',
        description: 'Requests by application, provider and model.',
        attributes: byApplication,
      }),
      auditedErrors: counter({
        name: 'gateway.audited.errors',
        unit: '{request}',
        description: 'Failed requests, by provider, model and error code.',
        attributes: { ...byModel, 'error.type': errorType },
      }),
      tokens: counter({
        name: 'gateway.tokens',
        unit: '{token}',
        description: 'Tokens used. Type other is the total minus input and output.',
        attributes: { ...byApplication, token_type: oneOf('input', 'output', 'other') },
      }),
      cost: counter({
        name: 'gateway.cost_usd',
        unit: '{USD}',
        description: 'Cost of requests, in US dollars.',
        attributes: byApplication,
      }),
      auditedCacheHits: counter({
        name: 'gateway.audited.cache_hits',
        unit: '{request}',
        description: 'Requests answered from the cache.',
        attributes: byApplication,
      }),
      modelDuration: histogram({
        name: 'gateway.model.duration',
        unit: 's',
        description: 'End-to-end duration of a request to a model.',
        buckets: modelSeconds,
        attributes: byModel,
      }),
      modelTimeToFirstByte: histogram({
        name: 'gateway.model.time_to_first_byte',
        unit: 's',
        description: 'Time from a request to a model to the first byte of its response.',
        buckets: firstByteSeconds,
        attributes: byModel,
      }),
      overhead: histogram({
        name: 'gateway.overhead.duration',
        unit: 's',
        description: 'Part of the duration of a request that the gateway itself took.',
        buckets: overheadSeconds,
        attributes: byProvider,
      }),
      streamingRatio: observableGauge({
        name: 'gateway.streaming.ratio',
        unit: '1',
        description: 'Share of streamed requests among the audited requests in the window that report `streaming`.',
      }),
      cacheHitRatio: observableGauge({
        name: 'gateway.cache.hit_ratio',
        unit: '1',
        description:
          'Share of requests answered from the cache among the audited requests in the window that report `cacheHit`.',
      }),
      users: observableGauge({
        name: 'gateway.users',
        unit: '{user}',
        description: 'Distinct users in the window.',
      }),
      sessions: observableGauge({
        name: 'gateway.sessions',
        unit: '{session}',
        description: 'Distinct sessions in the window.',
      }),

      auditEvents: counter({
        name: 'gateway.audit.events',
        unit: '{event}',
        description: 'Detailed events offered, by outcome.',
        attributes: { outcome: oneOf(...auditOutcomes) },
      }),
      auditDrained: counter({
        name: 'gateway.audit.drained',
        unit: '{event}',
        description: 'Accepted detailed events that were evaluated.',
      }),
      auditBufferUsed: observableGauge({
        name: 'gateway.audit.buffer.used',
        unit: '{event}',
        description: 'Detailed events in the buffer.',
      }),
      auditBufferLimit: gauge({
        name: 'gateway.audit.buffer.limit',
        unit: '{event}',
        description: 'Capacity of the buffer of detailed events.',
      }),
      auditSamplingRatio: observableGauge({
        name: 'gateway.audit.sampling.ratio',
        unit: '1',
        description: 'Share of detailed events that sampling keeps.',
      }),
      auditEnabled: observableGauge({
        name: 'gateway.audit.enabled',
        unit: '{state}',
        description: '1 if detailed events are accepted, 0 if the circuit breaker has switched them off.',
      }),
      auditSwitches: counter({
        name: 'gateway.audit.switches',
        unit: '{switch}',
        description: 'Switches of detailed events by the circuit breaker, off and on.',
        attributes: { to: oneOf('off', 'on') },
      }),
      listenerErrors: counter({
        name: 'gateway.audit.listener.errors',
        unit: '{error}',
        description: 'Batches of events in which a listener failed.',
      }),
      invalid: counter({
        name: 'gateway.invalid',
        unit: '{value}',
        description: 'Invalid values passed to the gateway pack.',
        attributes: { source: oneOf('record', 'event', 'name') },
      }),
    },
    options,
  );
}

/** Definitions of the catalogue. */
export type GatewayDefinitions = ReturnType<typeof gatewayCatalogue>['definitions'];
