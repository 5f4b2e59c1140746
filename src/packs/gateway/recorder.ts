/** The way in to the metrics of a gateway. */
import type { InstrumentsOf, Observable } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, normalizeModel } from '../kit/bounded-names.js';
import { AuditLog } from './audit.js';
import { Detail } from './detail.js';
import type { AuditEvent } from './event.js';
import { type EventListener, Listeners } from './listeners.js';
import type { GatewayDefinitions } from './metrics.js';
import type { GatewaySettings } from './options.js';
import { Provider } from './provider.js';
import { RequestWindow } from './request-window.js';

/** Turns what happens in a gateway into measurements. */
export class GatewayRecorder {
  /** The metrics themselves, for what no verb covers. */
  readonly instruments: InstrumentsOf<GatewayDefinitions>;
  readonly #context: PackContext<GatewayDefinitions>;
  readonly #providers: BoundedNames;
  readonly #errorCodes: BoundedNames;
  /** By the name as it is recorded. */
  readonly #handles = new Map<string, Provider>();
  readonly #listeners: Listeners;
  readonly #audit: AuditLog;
  readonly #window: RequestWindow;

  constructor(context: PackContext<GatewayDefinitions>, settings: GatewaySettings) {
    const { instruments, clock } = context;
    this.#context = context;
    this.instruments = instruments;
    this.#providers = new BoundedNames(settings.providers);
    this.#errorCodes = new BoundedNames(settings.errorCodes);
    this.#listeners = new Listeners(() => instruments.listenerErrors.add(1));
    this.#window = new RequestWindow(settings.windowMs);
    const names = {
      providers: this.#providers,
      models: new BoundedNames(settings.models, normalizeModel),
      applications: new BoundedNames(settings.applications),
      errorCodes: this.#errorCodes,
    };
    this.#audit = new AuditLog(
      instruments,
      clock,
      settings.audit,
      new Detail(instruments, names, this.#window, this.#listeners),
    );
    this.#observe();
    // Where nothing collects any more, listeners get what waits all the same.
    context.onShutdown(() => (this.#audit.waiting > 0 ? this.flush() : undefined));
  }

  /**
   * The handle of a provider; hold on to it where you can. Names are compared without regard to case. Beyond the limit
   * of providers it is the one handle of `_OTHER`.
   */
  provider(name: string): Provider {
    return this.#handles.get(name) ?? this.#handleOf(name);
  }

  /**
   * Takes what is known of a request, for evaluation when the event loop is free. The object remains the caller's.
   * Never waits, never throws; what is not kept is counted by the reason.
   */
  audit(event: AuditEvent): void {
    this.#audit.offer(event);
  }

  /** Hands every event that was kept to `listener`, in batches; until the returned function is called. */
  onEvents(listener: EventListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Evaluates what waits, for those who end the process themselves; collections and the shutdown do it as well. */
  flush(): Promise<void> {
    return this.#audit.drained();
  }

  #handleOf(given: unknown): Provider {
    if (typeof given !== 'string') this.instruments.invalid.add(1, { source: 'name' });
    const name = typeof given === 'string' ? this.#providers.of(given) : otherValue;
    let handle = this.#handles.get(name);
    if (handle === undefined) {
      const { instruments, clock } = this.#context;
      handle = new Provider(name, { instruments, clock, providers: this.#providers, errorCodes: this.#errorCodes });
      this.#handles.set(name, handle);
    }
    return handle;
  }

  /** Every collection shows what was recorded before it: callbacks run first, and these evaluate what waits. */
  #observe(): void {
    const { instruments } = this;
    const now = () => this.#context.clock.monotonicMs();
    const readings: [Observable<Record<never, never>>, () => number | undefined][] = [
      [instruments.auditBufferUsed, () => this.#audit.waiting],
      [instruments.auditSamplingRatio, () => this.#audit.ratio],
      [instruments.auditEnabled, () => Number(this.#audit.isOn)],
      [instruments.users, () => this.#window.users(now())],
      [instruments.sessions, () => this.#window.sessions(now())],
      [instruments.streamingRatio, () => this.#window.share(now(), 'streamed')],
      [instruments.cacheHitRatio, () => this.#window.share(now(), 'cacheHits')],
    ];
    for (const [gauge, read] of readings) {
      gauge.addCallback(async (observation) => {
        this.#audit.watch();
        await this.#audit.drained();
        this.#audit.watch();
        const value = read();
        if (value !== undefined) observation.observe(value);
      });
    }
  }
}
