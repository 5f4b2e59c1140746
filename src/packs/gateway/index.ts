/**
 * Pack `gateway`: metrics of a gateway, or proxy, to providers of language models.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { countOf } from '../kit/bounded-names.js';
import { namespaceOption } from '../kit/namespace.js';
import { type GatewayDefinitions, gatewayCatalogue } from './metrics.js';
import { type GatewayOptions, settingsOf } from './options.js';
import { GatewayRecorder } from './recorder.js';

export type { NameOption } from '../kit/bounded-names.js';
export type { ActiveRequest, RequestOutcome, RequestTiming } from './active-request.js';
export type { AuditEvent, AuditedEvent } from './event.js';
export type { EventListener } from './listeners.js';
export type { GatewayDefinitions } from './metrics.js';
export type { GatewayOptions } from './options.js';
export type { Provider, RequestSample } from './provider.js';
export type { GatewayRecorder } from './recorder.js';

/**
 * Creates the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is invalid or unknown.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { gateway } from 'otelier/packs/gateway';
 * const metrics = startMetrics({ serviceName: 'llm-gateway', packs: { gateway: gateway() } });
 * const openai = metrics.gateway.provider('openai');
 * openai.record({ bytesIn: 812, bytesOut: 20_480, latencyMs: 1_240, ok: true });
 * metrics.gateway.audit({ provider: 'openai', model: 'gpt-4o', inputTokens: 190, outputTokens: 420, costUsd: 0.0047 });
 */
export function gateway(options: GatewayOptions = {}): Pack<GatewayRecorder, GatewayDefinitions> {
  const settings = settingsOf(options);
  const { namespace, maxExpectedSeconds } = options;
  const limits = {
    providers: countOf(settings.providers),
    // One more for `unknown`, the value of events without a model or an application.
    models: countOf(settings.models) + 1,
    applications: countOf(settings.applications) + 1,
    errorCodes: settings.errorCodes,
  };
  return {
    name: 'gateway',
    callsBack: false,
    options,
    catalogue: gatewayCatalogue(limits, { maxExpectedSeconds, ...namespaceOption(namespace) }),
    recorder: (context) => new GatewayRecorder(context, settings),
  };
}
