/** The metrics of a gateway to language models: what every request tells, what audited ones tell, and the audit itself. */
import { asError, oneOf, text } from '../../catalogue/attributes.js';
import { type CatalogueOptions, defineCatalogue } from '../../catalogue/catalogue.js';
import { counter, gauge, histogram, observableGauge, upDownCounter } from '../../catalogue/definitions.js';

/** How many different names have series of their own. */
export interface NameLimits {
  readonly providers: number;
  readonly models: number;
  readonly applications: number;
  readonly errorCodes: number;
}

/** Whole requests, seconds: the powers of two from 1 ms to 32 s. */
const powersOfTwo = Array.from({ length: 16 }, (_, power) => 2 ** power / 1_000);
/** Time to a first token and time per token, seconds, as OpenTelemetry's conventions for generative AI have them. */
const firstByteSeconds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const perTokenSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
/** What a gateway itself takes, seconds, around a budget of 5 ms. */
const overheadSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.025, 0.1, 0.5];

/** What becomes of a detailed event that is offered. */
export const auditOutcomes = ['accepted', 'sampled_out', 'overflowed', 'switched_off', 'rejected'] as const;

/** The catalogue, its names prefixed when a namespace is given. */
export function gatewayCatalogue(limits: NameLimits, options: CatalogueOptions = {}) {
  const byProvider = { provider: text({ limit: limits.providers }) };
  const byModel = { ...byProvider, model: text({ limit: limits.models }) };
  const byApplication = { application: text({ limit: limits.applications }), ...byModel };
  const errorType = text({ limit: limits.errorCodes });
  return defineCatalogue(
    {
      requests: counter({
        name: 'gateway.requests',
        unit: '{request}',
        description: 'Requests that ended.',
        attributes: byProvider,
      }),
      failures: counter({
        name: 'gateway.request.failures',
        unit: '{request}',
        description: 'Requests that failed.',
        attributes: byProvider,
      }),
      received: counter({
        name: 'gateway.received',
        unit: 'By',
        description: 'Bytes of requests, from clients.',
        attributes: byProvider,
      }),
      sent: counter({
        name: 'gateway.sent',
        unit: 'By',
        description: 'Bytes of responses, to clients.',
        attributes: byProvider,
      }),
      duration: histogram({
        name: 'gateway.request.duration',
        unit: 's',
        description: 'Time of a request, end to end.',
        buckets: powersOfTwo,
        attributes: byProvider,
      }),

      activeRequests: upDownCounter({
        name: 'gateway.active_requests',
        unit: '{request}',
        description: 'Requests begun and not ended.',
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
        description: 'Time from the first byte to the end, for each output token after the first.',
        buckets: perTokenSeconds,
        attributes: byProvider,
      }),
      cacheLookups: counter({
        name: 'gateway.cache.lookups',
        unit: '{lookup}',
        description: 'Lookups in the cache of responses.',
        attributes: { ...byProvider, outcome: oneOf('hit', 'miss') },
      }),
      streamedRequests: counter({
        name: 'gateway.request.streamed',
        unit: '{request}',
        description: 'Requests whose response was streamed.',
        attributes: byProvider,
      }),
      errors: counter({
        name: 'gateway.errors',
        unit: '{error}',
        description: 'Errors of providers, by code.',
        attributes: { ...byProvider, 'error.type': errorType },
      }),
      rateLimits: counter({
        name: 'gateway.rate_limits',
        unit: '{request}',
        description: 'Requests that a provider refused because of its rate limit.',
        attributes: byProvider,
      }),
      fallbacks: counter({
        name: 'gateway.fallbacks',
        unit: '{fallback}',
        description: 'Requests that went to another provider than the one tried first.',
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
        description: 'Requests that failed, by provider, model and error code.',
        attributes: { ...byModel, 'error.type': errorType },
      }),
      tokens: counter({
        name: 'gateway.tokens',
        unit: '{token}',
        description: 'Tokens used; of type other are those of a total that are neither input nor output.',
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
        description: 'Requests that were answered from the cache.',
        attributes: byApplication,
      }),
      modelDuration: histogram({
        name: 'gateway.model.duration',
        unit: 's',
        description: 'Time of a request to a model, end to end.',
        buckets: powersOfTwo,
        attributes: byModel,
      }),
      modelTimeToFirstByte: histogram({
        name: 'gateway.model.time_to_first_byte',
        unit: 's',
        description: 'Time from a request to the first byte of what a model answers.',
        buckets: firstByteSeconds,
        attributes: byModel,
      }),
      overhead: histogram({
        name: 'gateway.overhead.duration',
        unit: 's',
        description: 'Time of a request that the gateway itself took.',
        buckets: overheadSeconds,
        attributes: byProvider,
      }),
      streamingRatio: observableGauge({
        name: 'gateway.streaming.ratio',
        unit: '1',
        description: 'Share of audited requests that were streamed, over the window.',
      }),
      cacheHitRatio: observableGauge({
        name: 'gateway.cache.hit_ratio',
        unit: '1',
        description: 'Share of audited requests that the cache answered, over the window.',
      }),
      users: observableGauge({
        name: 'gateway.users',
        unit: '{user}',
        description: 'Different users over the window.',
      }),
      sessions: observableGauge({
        name: 'gateway.sessions',
        unit: '{session}',
        description: 'Different sessions over the window.',
      }),

      auditEvents: counter({
        name: 'gateway.audit.events',
        unit: '{event}',
        description: 'Detailed events offered, by what became of them.',
        attributes: { outcome: oneOf(...auditOutcomes) },
      }),
      auditDrained: counter({
        name: 'gateway.audit.drained',
        unit: '{event}',
        description: 'Detailed events that were accepted and evaluated.',
      }),
      auditBufferUsed: observableGauge({
        name: 'gateway.audit.buffer.used',
        unit: '{event}',
        description: 'Detailed events that wait to be evaluated.',
      }),
      auditBufferLimit: gauge({
        name: 'gateway.audit.buffer.limit',
        unit: '{event}',
        description: 'Detailed events that may wait at most.',
      }),
      auditSamplingRatio: observableGauge({
        name: 'gateway.audit.sampling.ratio',
        unit: '1',
        description: 'Share of detailed events that is kept.',
      }),
      auditEnabled: observableGauge({
        name: 'gateway.audit.enabled',
        unit: '{state}',
        description: 'Whether detailed events are taken: 0 while the circuit breaker holds them off.',
      }),
      auditSwitches: counter({
        name: 'gateway.audit.switches',
        unit: '{switch}',
        description: 'How often the circuit breaker switched detailed events off, and on again.',
        attributes: { to: oneOf('off', 'on') },
      }),
      listenerErrors: counter({
        name: 'gateway.audit.listener.errors',
        unit: '{error}',
        description: 'Batches of events that a listener failed to take.',
      }),
      invalid: counter({
        name: 'gateway.invalid',
        unit: '{value}',
        description: 'Values given to the gateway pack that are not what they should be.',
        attributes: { source: oneOf('record', 'event', 'name') },
      }),
    },
    options,
  );
}

/** The definitions of the catalogue. */
export type GatewayDefinitions = ReturnType<typeof gatewayCatalogue>['definitions'];
