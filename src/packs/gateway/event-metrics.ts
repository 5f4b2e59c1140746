/** Measurements of detailed events: tokens, cost, caching, streaming and durations by application, provider and model. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { BoundedNames } from '../kit/bounded-names.js';
import type { Evaluator } from './audit.js';
import { type AuditedEvent, column } from './event.js';
import type { Listeners } from './listeners.js';
import type { GatewayDefinitions } from './metrics.js';
import type { RequestWindow } from './request-window.js';
import type { EventRing } from './ring.js';

/** Limited sets of the names in events. */
export interface Names {
  readonly providers: BoundedNames;
  readonly models: BoundedNames;
  readonly applications: BoundedNames;
  readonly errorCodes: BoundedNames;
}

/** Recorded if an event has no model or no application. */
const unknownName = 'unknown';

/** EventMetrics records events and passes them to listeners. */
export class EventMetrics implements Evaluator {
  readonly #instruments: InstrumentsOf<GatewayDefinitions>;
  readonly #names: Names;
  readonly #window: RequestWindow;
  readonly #listeners: Listeners;

  constructor(
    instruments: InstrumentsOf<GatewayDefinitions>,
    names: Names,
    window: RequestWindow,
    listeners: Listeners,
  ) {
    this.#instruments = instruments;
    this.#names = names;
    this.#window = window;
    this.#listeners = listeners;
  }

  evaluate(ring: EventRing, count: number): void {
    const batch: AuditedEvent[] = [];
    for (let event = 0; event < count; event++) {
      this.#record(ring);
      if (!this.#listeners.isEmpty) batch.push(ring.toObject());
      ring.shift();
    }
    if (batch.length > 0) this.#listeners.deliver(Object.freeze(batch));
  }

  /** Records the first event of the buffer. Counters add its weight, so that sums include the events sampled out. */
  #record(ring: EventRing): void {
    const { auditedRequests, auditedErrors, auditedCacheHits, cost } = this.#instruments;
    const weight = ring.number(column.weight);
    const errorCode = ring.text(column.errorCode);
    const provider = this.#names.providers.of(ring.text(column.provider));
    const model = this.#modelOf(ring.text(column.model), errorCode === '');
    const application = this.#applicationOf(ring.text(column.application));
    const attributes = { application, provider, model };
    const [cacheHit, streaming] = [flagOf(ring, column.cacheHit), flagOf(ring, column.streaming)];

    auditedRequests.add(weight, attributes);
    if (cacheHit === true) auditedCacheHits.add(weight, attributes);
    if (errorCode !== '') {
      auditedErrors.add(weight, { provider, model, 'error.type': this.#names.errorCodes.of(errorCode) });
    }
    const costUsd = ring.number(column.costUsd);
    if (!Number.isNaN(costUsd)) cost.add(costUsd * weight, attributes);
    this.#recordTokens(ring, weight, attributes);
    this.#recordDurations(ring, provider, model);
    this.#window.add(
      ring.number(column.offeredMs),
      ring.text(column.user),
      ring.text(column.session),
      { streaming, cacheHit },
      weight,
    );
  }

  #recordTokens(
    ring: EventRing,
    weight: number,
    attributes: { application: string; provider: string; model: string },
  ): void {
    const { tokens } = this.#instruments;
    const input = ring.number(column.inputTokens);
    const output = ring.number(column.outputTokens);
    const other = ring.number(column.totalTokens) - (input || 0) - (output || 0);
    if (input > 0) tokens.add(input * weight, { ...attributes, token_type: 'input' });
    if (output > 0) tokens.add(output * weight, { ...attributes, token_type: 'output' });
    if (other > 0) tokens.add(other * weight, { ...attributes, token_type: 'other' });
  }

  /** Histograms record each kept event once: sampling does not change the shape of a distribution. */
  #recordDurations(ring: EventRing, provider: string, model: string): void {
    const { modelDuration, modelTimeToFirstByte, overhead } = this.#instruments;
    const [latencyMs, firstByteMs] = [ring.number(column.latencyMs), ring.number(column.firstByteMs)];
    const proxyMs = ring.number(column.proxyMs);
    if (!Number.isNaN(latencyMs)) modelDuration.record(latencyMs / 1_000, { provider, model });
    if (!Number.isNaN(firstByteMs)) modelTimeToFirstByte.record(firstByteMs / 1_000, { provider, model });
    if (!Number.isNaN(proxyMs)) overhead.record(proxyMs / 1_000, { provider });
  }

  /** Admits a new model only with a successful request: invented models fail, and must not use up the limit. */
  #modelOf(model: string, succeeded: boolean): string {
    return model === '' ? unknownName : this.#names.models.of(model, succeeded);
  }

  #applicationOf(application: string): string {
    return application === '' ? unknownName : this.#names.applications.of(application);
  }
}

/** Returns a flag of the first event; `undefined` if the event does not report it. */
function flagOf(ring: EventRing, index: number): boolean | undefined {
  const flag = ring.number(index);
  return Number.isNaN(flag) ? undefined : flag === 1;
}
