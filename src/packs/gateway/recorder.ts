/** Recorder of pack `gateway`. */
import type { InstrumentsOf, Observable } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, modelNormalization } from '../kit/bounded-names.js';
import { OpenHandles } from '../kit/open-handles.js';
import { AuditLog } from './audit.js';
import type { AuditEvent } from './event.js';
import { EventMetrics } from './event-metrics.js';
import { type EventListener, Listeners } from './listeners.js';
import type { GatewayDefinitions } from './metrics.js';
import type { GatewaySettings } from './options.js';
import { Provider } from './provider.js';
import { RequestWindow } from './request-window.js';

/** GatewayRecorder turns the requests of a gateway into measurements. */
export class GatewayRecorder {
  /** Instruments of the pack, for measurements without a verb. */
  readonly instruments: InstrumentsOf<GatewayDefinitions>;
  readonly #context: PackContext<GatewayDefinitions>;
  readonly #providers: BoundedNames;
  readonly #errorCodes: BoundedNames;
  /** Providers by recorded name. */
  readonly #providersByName = new Map<string, Provider>();
  readonly #listeners: Listeners;
  readonly #audit: AuditLog;
  readonly #window: RequestWindow;
  readonly #open: OpenHandles;
  readonly #active = new Map<string, number>();

  constructor(context: PackContext<GatewayDefinitions>, settings: GatewaySettings) {
    const { instruments, clock } = context;
    this.#context = context;
    this.instruments = instruments;
    this.#providers = new BoundedNames(settings.providers);
    this.#errorCodes = new BoundedNames(settings.errorCodes);
    this.#listeners = new Listeners(() => instruments.listenerErrors.add(1));
    this.#window = new RequestWindow(settings.windowMs);
    this.#open = new OpenHandles(settings.abandonedAfterMs);
    const names = {
      providers: this.#providers,
      models: new BoundedNames(settings.models, modelNormalization(settings.modelFamilies)),
      applications: new BoundedNames(settings.applications),
      errorCodes: this.#errorCodes,
    };
    this.#audit = new AuditLog(
      instruments,
      clock,
      settings.audit,
      new EventMetrics(instruments, names, this.#window, this.#listeners),
    );
    this.#observe();
    // Without a backend, no collection evaluates the buffered events for the listeners.
    context.onShutdown(() => (this.#audit.buffered > 0 ? this.flush() : undefined));
  }

  /**
   * Returns the handle of a provider; keep it to avoid the lookup. Names are case-insensitive. All providers beyond the
   * limit share the handle of `_OTHER`.
   */
  provider(name: string): Provider {
    return this.#providersByName.get(name) ?? this.#resolveProvider(name);
  }

  /**
   * Buffers the details of a request for evaluation in a later turn of the event loop. The event is copied. The call
   * neither blocks nor throws; a dropped event is counted by reason in `gateway.audit.events`.
   */
  audit(event: AuditEvent): void {
    this.#audit.offer(event);
  }

  /**
   * Passes all kept events to `listener`, in batches, until the returned function is called. A listener that is not a
   * function is counted as invalid and ignored.
   */
  onEvents(listener: EventListener): () => void {
    if (typeof listener !== 'function') {
      this.instruments.invalid.add(1, { source: 'record' });
      return () => {};
    }
    return this.#listeners.add(listener);
  }

  /** Evaluates the buffered events. Only needed before `process.exit()`: a collection and a shutdown do the same. */
  flush(): Promise<void> {
    return this.#audit.drain();
  }

  #resolveProvider(given: unknown): Provider {
    if (typeof given !== 'string') this.instruments.invalid.add(1, { source: 'name' });
    const name = typeof given === 'string' ? this.#providers.of(given) : otherValue;
    let handle = this.#providersByName.get(name);
    if (handle === undefined) {
      const { instruments, clock, guard } = this.#context;
      handle = new Provider(name, {
        instruments,
        clock,
        guard,
        open: this.#open,
        active: this.#active,
        providers: this.#providers,
        errorCodes: this.#errorCodes,
      });
      this.#providersByName.set(name, handle);
    }
    return handle;
  }

  /** Registers callbacks that evaluate the buffered events, so that a collection includes all events offered before it. */
  #observe(): void {
    const { instruments } = this;
    const now = () => this.#context.clock.monotonicMs();
    const readings: [Observable<Record<never, never>>, () => number | undefined][] = [
      [instruments.auditBufferUsed, () => this.#audit.buffered],
      [instruments.auditSamplingRatio, () => this.#audit.ratio],
      [instruments.auditEnabled, () => Number(this.#audit.isOn)],
      [instruments.users, () => this.#window.users(now())],
      [instruments.sessions, () => this.#window.sessions(now())],
      [instruments.streamingRatio, () => this.#window.share(now(), 'streaming')],
      [instruments.cacheHitRatio, () => this.#window.share(now(), 'cacheHit')],
    ];
    // Observed, not added up: a handle that outlives its start must not decrease the value of the next start. Callbacks
    // run before the counters of the same collection are read.
    instruments.activeRequests.addCallback((observation) => {
      this.#open.sweep(now());
      for (const [provider, requests] of this.#active) observation.observe(requests, { provider });
    });
    for (const [gauge, read] of readings) {
      gauge.addCallback(async (observation) => {
        this.#audit.update();
        await this.#audit.drain();
        this.#audit.update();
        const value = read();
        if (value !== undefined) observation.observe(value);
      });
    }
  }
}
