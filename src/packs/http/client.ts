/**
 * Records outgoing requests, from their creation until their response is read: requests of `fetch` and undici
 * (`undici.ts`), and of `node:http` and `node:https` (`node-client.ts`).
 */
import type { AttributesFor } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import type { Clock } from '../../model/clock.js';
import { otherValue } from '../../model/instrument.js';
import { errorTypeOf } from '../kit/error-type.js';
import { type Codes, methodCodes, versionAttribute, versionCodes } from './codes.js';
import { errorTypeLimit, type HttpDefinitions, seriesLimit } from './metrics.js';
import type { HttpSettings, OutgoingRequest } from './options.js';
import { type Origin, Origins } from './origins.js';
import { RequestSeries } from './request-series.js';

/** A request that has ended. */
export interface EndedRequest {
  readonly startMs: number;
  readonly origin: Origin;
  readonly method: string;
  readonly path: string;
  /** 0 without a response. */
  readonly status: number;
  /** `1.1`; empty when unknown. */
  readonly version: string;
  /** The error of a request that failed other than by its status; `undefined` otherwise. */
  readonly error: unknown;
}

/** Code of requests without an error. */
const noError = 0;
/** Code shared by all error types beyond the limit. */
const errorBeyondLimit = errorTypeLimit + 1;
/** Code of errors whose type is `_OTHER` from the beginning; unlike types beyond the limit, they are not rejected. */
const otherError = errorTypeLimit + 2;

/** Records outgoing requests when they end. */
export class ClientRequests {
  readonly origins: Origins;
  readonly guard: VerbGuard;
  readonly #clock: Clock;
  readonly #ignore: HttpSettings['ignoreOutgoing'];
  readonly #methods: Codes;
  readonly #errorCodes = new Map<string, number>();
  readonly #durations: RequestSeries<AttributesFor<HttpDefinitions['clientDuration']>>;

  constructor({ instruments, clock, guard }: PackContext<HttpDefinitions>, settings: HttpSettings) {
    this.guard = guard;
    this.origins = new Origins(settings.servers);
    this.#clock = clock;
    this.#ignore = settings.ignoreOutgoing;
    this.#methods = methodCodes(settings.methods);
    this.#durations = new RequestSeries(instruments.clientDuration, seriesLimit(settings.servers));
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Records a request that ends now. */
  record(request: EndedRequest): void {
    if (this.#isIgnored(request)) return;
    const { startMs, origin, status, error } = request;
    const seconds = (this.#clock.monotonicMs() - startMs) / 1_000;
    const method = this.#methods.codeOf(request.method);
    const version = versionCodes.codeOf(request.version);
    const errorType = error !== undefined ? errorTypeOf(error) : status >= 400 ? String(status) : '';
    const code = ((status * 64 + method) * 4 + version) * 64 + this.#errorCode(errorType);
    const series = this.#durations.get(origin.name, code);
    if (series !== undefined) {
      series.record(seconds);
      return;
    }
    this.#durations.record(seconds, origin.name, code, {
      'http.request.method': this.#methods.textOf(method),
      ...origin.attributes,
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      ...(errorType === '' ? {} : { 'error.type': errorType }),
      ...versionAttribute(version),
    });
  }

  #errorCode(errorType: string): number {
    if (errorType === '') return noError;
    if (errorType === otherValue) return otherError;
    const known = this.#errorCodes.get(errorType);
    if (known !== undefined) return known;
    if (this.#errorCodes.size >= errorTypeLimit) return errorBeyondLimit;
    const code = this.#errorCodes.size + 1;
    this.#errorCodes.set(errorType, code);
    return code;
  }

  #isIgnored({ method, origin, path }: EndedRequest): boolean {
    if (this.#ignore === undefined) return false;
    const request: OutgoingRequest = { method, origin: origin.name, path };
    try {
      return this.#ignore(request) === true;
    } catch {
      return false;
    }
  }
}
