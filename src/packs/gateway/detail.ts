/** What detailed events tell: tokens, cost, caching, streaming and times by application, provider and model. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { BoundedNames } from '../kit/bounded-names.js';
import type { Evaluator } from './audit.js';
import { type AuditedEvent, at } from './event.js';
import type { Listeners } from './listeners.js';
import type { GatewayDefinitions } from './metrics.js';
import type { RequestWindow } from './request-window.js';
import type { EventRing } from './ring.js';

/** The names that events may bring. */
export interface Names {
  readonly providers: BoundedNames;
  readonly models: BoundedNames;
  readonly applications: BoundedNames;
  readonly errorCodes: BoundedNames;
}

/** Stands for what an event does not say. */
const unknown = 'unknown';

/** Turns events into measurements, and hands them to listeners. */
export class Detail implements Evaluator {
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
      this.#measure(ring);
      if (!this.#listeners.isEmpty) batch.push(ring.toObject());
      ring.shift();
    }
    if (batch.length > 0) this.#listeners.deliver(Object.freeze(batch));
  }

  /** Records the first event of the buffer. Sums are of all requests that it stands for. */
  #measure(ring: EventRing): void {
    const { auditedRequests, auditedErrors, auditedCacheHits, cost } = this.#instruments;
    const weight = ring.number(at.weight);
    const errorCode = ring.text(at.errorCode);
    const provider = this.#names.providers.of(ring.text(at.provider));
    const model = this.#modelOf(ring.text(at.model), errorCode === '');
    const application = this.#applicationOf(ring.text(at.application));
    const attributes = { application, provider, model };
    const [cacheHit, streamed] = [ring.number(at.cacheHit) === 1, ring.number(at.streaming) === 1];

    auditedRequests.add(weight, attributes);
    if (cacheHit) auditedCacheHits.add(weight, attributes);
    if (errorCode !== '') {
      auditedErrors.add(weight, { provider, model, 'error.type': this.#names.errorCodes.of(errorCode) });
    }
    const costUsd = ring.number(at.costUsd);
    if (!Number.isNaN(costUsd)) cost.add(costUsd * weight, attributes);
    this.#tokens(ring, weight, attributes);
    this.#times(ring, provider, model);
    this.#window.add(ring.number(at.offeredMs), ring.text(at.user), ring.text(at.session), streamed, cacheHit, weight);
  }

  #tokens(ring: EventRing, weight: number, attributes: { application: string; provider: string; model: string }): void {
    const { tokens } = this.#instruments;
    const input = ring.number(at.inputTokens);
    const output = ring.number(at.outputTokens);
    const other = ring.number(at.totalTokens) - (input || 0) - (output || 0);
    if (input > 0) tokens.add(input * weight, { ...attributes, token_type: 'input' });
    if (output > 0) tokens.add(output * weight, { ...attributes, token_type: 'output' });
    if (other > 0) tokens.add(other * weight, { ...attributes, token_type: 'other' });
  }

  /** Distributions take each event that was kept once: their shape is that of all. */
  #times(ring: EventRing, provider: string, model: string): void {
    const { modelDuration, modelTimeToFirstByte, overhead } = this.#instruments;
    const [latencyMs, firstByteMs] = [ring.number(at.latencyMs), ring.number(at.firstByteMs)];
    const proxyMs = ring.number(at.proxyMs);
    if (!Number.isNaN(latencyMs)) modelDuration.record(latencyMs / 1_000, { provider, model });
    if (!Number.isNaN(firstByteMs)) modelTimeToFirstByte.record(firstByteMs / 1_000, { provider, model });
    if (!Number.isNaN(proxyMs)) overhead.record(proxyMs / 1_000, { provider });
  }

  /** Models that do not exist, which clients and models invent, come back as errors: these take nobody's place. */
  #modelOf(model: string, succeeded: boolean): string {
    return model === '' ? unknown : this.#names.models.of(model, succeeded);
  }

  #applicationOf(application: string): string {
    return application === '' ? unknown : this.#names.applications.of(application);
  }
}
