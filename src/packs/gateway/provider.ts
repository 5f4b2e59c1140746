/**
 * Hot path of pack `gateway`: records every request by provider, through instruments that are bound once.
 *
 * Requests are never sampled. `record` does not allocate.
 */
import type { BoundCounter, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import type { VerbGuard } from '../../catalogue/pack.js';
import type { Clock } from '../../model/clock.js';
import type { BoundedNames } from '../kit/bounded-names.js';
import type { OpenHandles } from '../kit/open-handles.js';
import { eventOf, isAmount, isCount, rethrow } from '../kit/refusal.js';
import {
  type ActiveRequest,
  type GatewayRequestRecorder,
  GatewayRequestState,
  RequestHandle,
  type RequestOutcome,
} from './active-request.js';
import type { GatewayDefinitions } from './metrics.js';

/** A completed request. */
export interface RequestSample {
  /** Bytes of the request, from the client. */
  readonly bytesIn: number;
  /** Bytes of the response, to the client. */
  readonly bytesOut: number;
  /** End-to-end duration, milliseconds. */
  readonly latencyMs: number;
  /** True if the request succeeded. */
  readonly ok: boolean;
}

/** Dependencies that all providers share. */
export interface ProviderContext {
  readonly instruments: InstrumentsOf<GatewayDefinitions>;
  readonly clock: Clock;
  readonly guard: VerbGuard;
  /** Requests in progress of all providers. */
  readonly open: OpenHandles;
  /** Number of requests in progress, by recorded name of the provider. */
  readonly active: Map<string, number>;
  readonly providers: BoundedNames;
  readonly errorCodes: BoundedNames;
}

/** Provider records the requests of one provider. Its methods do not throw; invalid values are counted. */
export class Provider {
  /** Name as recorded: normalized, or `_OTHER` beyond the limit of providers. */
  readonly name: string;
  readonly #requests: BoundCounter;
  readonly #failures: BoundCounter;
  readonly #received: BoundCounter;
  readonly #sent: BoundCounter;
  readonly #duration: BoundHistogram;
  readonly #timeToFirstByte: BoundHistogram;
  readonly #timePerOutputToken: BoundHistogram;
  readonly #streamed: BoundCounter;
  readonly #rateLimits: BoundCounter;
  readonly #cacheHits: BoundCounter;
  readonly #cacheMisses: BoundCounter;
  readonly #context: ProviderContext;
  readonly #reject: (error: unknown) => void;
  readonly #requestRecorder: GatewayRequestRecorder;

  constructor(providerName: string, context: ProviderContext) {
    const { instruments, guard, active } = context;
    const provider = { provider: providerName };
    this.name = providerName;
    this.#context = context;
    this.#requests = instruments.requests.bind(provider);
    this.#failures = instruments.failures.bind(provider);
    this.#received = instruments.received.bind(provider);
    this.#sent = instruments.sent.bind(provider);
    this.#duration = instruments.duration.bind(provider);
    this.#timeToFirstByte = instruments.timeToFirstByte.bind(provider);
    this.#timePerOutputToken = instruments.timePerOutputToken.bind(provider);
    this.#streamed = instruments.streamedRequests.bind(provider);
    this.#rateLimits = instruments.rateLimits.bind(provider);
    this.#cacheHits = instruments.cacheLookups.bind({ ...provider, outcome: 'hit' });
    this.#cacheMisses = instruments.cacheLookups.bind({ ...provider, outcome: 'miss' });
    this.#reject = guard.verb('Provider.record', rethrow);
    const abandoned = instruments.abandonedRequests.bind(provider);
    this.#requestRecorder = {
      began: () => active.set(providerName, (active.get(providerName) ?? 0) + 1),
      left: () => active.set(providerName, (active.get(providerName) ?? 0) - 1),
      ended: guard.verb('ActiveRequest.end', this.#recordOutcome.bind(this)),
      abandoned: () => abandoned.add(1),
    };
  }

  /** Records a completed request: requests, failures, bytes in and out, duration. Invalid values are dropped and counted. */
  record(sample: RequestSample): void {
    // Catches errors itself: the wrapper of a guarded verb costs too much per request. A failure goes through the guard,
    // which counts and logs it like a failure of any other verb.
    try {
      const { bytesIn, bytesOut, latencyMs, ok } = sample;
      if (isCount(bytesIn) && isCount(bytesOut) && isAmount(latencyMs) && typeof ok === 'boolean') {
        this.#requests.add(1);
        if (!ok) this.#failures.add(1);
        this.#received.add(bytesIn);
        this.#sent.add(bytesOut);
        this.#duration.record(latencyMs / 1_000);
      } else {
        // Only an invalid sample is tested for being an object: the test costs too much per request.
        eventOf(sample);
        this.#recordValidPart(bytesIn, bytesOut, latencyMs, ok);
      }
    } catch (error) {
      this.#reject(error);
    }
  }

  /**
   * Begins a request, which is active until `end` is called. A request whose handle is garbage-collected, or not used for
   * `abandonedAfterMs`, is counted as abandoned and no longer active.
   */
  begin(): ActiveRequest {
    const { clock, open } = this.#context;
    const state = new GatewayRequestState(this.#requestRecorder, clock, open);
    const handle = new RequestHandle(state);
    open.add(state, handle);
    return handle;
  }

  /** Records the time to the first byte of a request that is timed elsewhere. */
  firstByte(milliseconds: number): void {
    if (isAmount(milliseconds)) this.#timeToFirstByte.record(milliseconds / 1_000);
    else this.#countInvalid(1);
  }

  /** Records the time per output token: the time from the first byte to the end, divided by the tokens after the first. */
  outputTokens(tokens: number, millisecondsFromFirstByte: number): void {
    if (!isCount(tokens) || !isAmount(millisecondsFromFirstByte)) this.#countInvalid(1);
    else if (tokens > 1) this.#timePerOutputToken.record(millisecondsFromFirstByte / 1_000 / (tokens - 1));
  }

  /** Counts a streamed response. */
  streamed(): void {
    this.#streamed.add(1);
  }

  /** Counts a lookup in the response cache. A value that is not a boolean is counted as invalid, not as a miss. */
  cacheLookup(hit: boolean): void {
    if (typeof hit !== 'boolean') this.#countInvalid(1);
    else (hit ? this.#cacheHits : this.#cacheMisses).add(1);
  }

  /** Counts an error by code. The code 429, or a code that names a rate limit, is also counted as a rate limit. */
  error(code: string | number): void {
    const { instruments, errorCodes } = this.#context;
    if (typeof code !== 'string' && !Number.isFinite(code)) {
      this.#countInvalid(1);
      return;
    }
    const name = errorCodes.of(String(code));
    instruments.errors.add(1, { provider: this.name, 'error.type': name });
    if (name === '429' || /rate.?limit/.test(name)) this.rateLimited();
  }

  /** Counts a request that the provider rejected because of its rate limit. */
  rateLimited(): void {
    this.#rateLimits.add(1);
  }

  /** Counts a request that failed with this provider and was sent to provider `to`. */
  fallback(to: string, succeeded = true): void {
    const { instruments, providers } = this.#context;
    if (typeof to !== 'string' || typeof succeeded !== 'boolean') {
      this.#countInvalid(1);
      return;
    }
    const outcome = succeeded ? 'succeeded' : 'failed';
    instruments.fallbacks.add(1, { provider: this.name, fallback_provider: providers.of(to), outcome });
  }

  #recordOutcome(outcome: RequestOutcome, latencyMs: number, firstByteMs: number | undefined): void {
    const { bytesIn = 0, bytesOut = 0, errorCode, outputTokens, streaming } = eventOf(outcome);
    this.record({ bytesIn, bytesOut, latencyMs, ok: errorCode === undefined });
    if (errorCode !== undefined) this.error(errorCode);
    if (streaming === true) this.streamed();
    if (firstByteMs !== undefined) this.firstByte(firstByteMs);
    if (outputTokens !== undefined) this.outputTokens(outputTokens, latencyMs - (firstByteMs ?? 0));
  }

  /** Records the valid values of a request with invalid values, and counts the invalid ones. */
  #recordValidPart(bytesIn: unknown, bytesOut: unknown, latencyMs: unknown, ok: unknown): void {
    let invalid = 0;
    this.#requests.add(1);
    if (ok === false) this.#failures.add(1);
    else if (ok !== true) invalid++;
    if (isCount(bytesIn)) this.#received.add(bytesIn);
    else invalid++;
    if (isCount(bytesOut)) this.#sent.add(bytesOut);
    else invalid++;
    if (isAmount(latencyMs)) this.#duration.record(latencyMs / 1_000);
    else invalid++;
    this.#countInvalid(invalid);
  }

  #countInvalid(values: number): void {
    this.#context.instruments.invalid.add(values, { source: 'record' });
  }
}
