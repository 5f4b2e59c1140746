/**
 * Requests of this process to others, from when they are made until the response was read, whoever makes them:
 * `fetch` and undici (`undici.ts`), `node:http` and `node:https` (`node-client.ts`).
 */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import { otherValue } from '../../model/instrument.js';
import { refuse } from '../kit/refusal.js';
import { errorTypeLimit, type HttpDefinitions, seriesLimit } from './metrics.js';
import type { HttpSettings, OutgoingRequest } from './options.js';
import { type Origin, Origins } from './origins.js';
import { BoundSeries } from './series.js';
import { methodWords, versionAttribute, versions, type Words } from './words.js';

/** A request that ended. */
export interface EndedRequest {
  readonly beganMs: number;
  readonly origin: Origin;
  readonly method: string;
  readonly path: string;
  /** 0 when no response came. */
  readonly status: number;
  /** `1.1`; empty when it is not known. */
  readonly version: string;
  /** What it failed with, unless by its status; `undefined` when it did not. */
  readonly error: unknown;
}

/** Records them, and says when they begin and where they go. */
export class ClientRequests {
  readonly origins: Origins;
  /** Counts that a request could not be measured. */
  readonly failed: () => void;
  readonly #clock: Clock;
  readonly #ignores: HttpSettings['ignoreOutgoing'];
  readonly #methods: Words;
  readonly #errorTypes = new Map<string, number>();
  readonly #durations: BoundSeries<HttpDefinitions['clientDuration']['attributes']>;

  constructor(instruments: InstrumentsOf<HttpDefinitions>, clock: Clock, settings: HttpSettings) {
    this.failed = () => refuse(instruments.clientDuration);
    this.origins = new Origins(settings.servers);
    this.#clock = clock;
    this.#ignores = settings.ignoreOutgoing;
    this.#methods = methodWords(settings.methods);
    this.#durations = new BoundSeries(instruments.clientDuration, seriesLimit(settings.servers));
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Records a request that ended just now. */
  ended(request: EndedRequest): void {
    if (this.#isIgnored(request)) return;
    const { beganMs, origin, status, error } = request;
    const seconds = (this.#clock.monotonicMs() - beganMs) / 1_000;
    const method = this.#methods.number(request.method);
    const version = versions.number(request.version);
    const errorType = error !== undefined ? errorTypeOf(error) : status >= 400 ? String(status) : '';
    const number = ((status * 64 + method) * 4 + version) * 64 + this.#errorNumber(errorType);
    const series = this.#durations.find(origin.name, number);
    if (series !== undefined) {
      series.record(seconds);
      return;
    }
    this.#durations.record(seconds, origin.name, number, {
      'http.request.method': this.#methods.text(method),
      ...origin.attributes,
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      ...(errorType === '' ? {} : { 'error.type': errorType }),
      ...versionAttribute(version),
    });
  }

  /** 0 for none; those beyond the limit share one. What is told as `_OTHER` itself takes no place, and is none that is refused. */
  #errorNumber(errorType: string): number {
    if (errorType === '') return 0;
    if (errorType === otherValue) return errorTypeLimit + 2;
    let number = this.#errorTypes.get(errorType);
    if (number === undefined) {
      number = Math.min(this.#errorTypes.size, errorTypeLimit) + 1;
      if (number <= errorTypeLimit) this.#errorTypes.set(errorType, number);
    }
    return number;
  }

  #isIgnored({ method, origin, path }: EndedRequest): boolean {
    if (this.#ignores === undefined) return false;
    const request: OutgoingRequest = { method, origin: origin.name, path };
    try {
      return this.#ignores(request) === true;
    } catch {
      return false;
    }
  }
}

/** The code of an error, `ECONNREFUSED`, or its name, `AbortError`. Never its message: that is no identifier. */
function errorTypeOf(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    name?: unknown;
  };
  const type = typeof code === 'string' ? code : name;
  return typeof type === 'string' && /^[\w.-]{1,60}$/.test(type) ? type : otherValue;
}
