/**
 * The hot path: what every request tells of its provider, through instruments that are bound once.
 *
 * Nothing here is sampled, nothing throws, and `record` allocates nothing.
 */
import type { BoundCounter, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import type { BoundedNames } from '../kit/bounded-names.js';
import { isAmount } from '../kit/refusal.js';
import type { GatewayDefinitions } from './metrics.js';

/** A request that ended. */
export interface RequestSample {
  /** Bytes of the request, from the client. */
  readonly bytesIn: number;
  /** Bytes of the response, to the client. */
  readonly bytesOut: number;
  /** Milliseconds, end to end. */
  readonly latencyMs: number;
  /** Whether it succeeded. */
  readonly ok: boolean;
}

/** How a request that was begun ended. */
export interface RequestOutcome {
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  /** Absent when nothing failed; a status, or a word such as `timeout`. */
  readonly errorCode?: string | number;
  /** Tokens of the response: with two or more, the time per token is recorded. */
  readonly outputTokens?: number;
  readonly streaming?: boolean;
}

/** How long a request took, milliseconds. */
export interface RequestTiming {
  readonly latencyMs: number;
  /** Absent when no first byte was marked. */
  readonly firstByteMs?: number;
}

/** A request that goes on. */
export interface ActiveRequest {
  /** Marks the first byte of the response, now. Later marks are ignored. */
  firstByte(): void;
  /** Ends the request and records it; later calls record nothing. Returns how long it took. */
  end(outcome?: RequestOutcome): RequestTiming;
}

/** What handles of providers have in common. */
export interface ProviderContext {
  readonly instruments: InstrumentsOf<GatewayDefinitions>;
  readonly clock: Clock;
  readonly providers: BoundedNames;
  readonly errorCodes: BoundedNames;
}

/** The metrics of one provider. */
export class Provider {
  /** As it is recorded: normalized, `_OTHER` beyond the limit. */
  readonly name: string;
  readonly #requests: BoundCounter;
  readonly #failures: BoundCounter;
  readonly #received: BoundCounter;
  readonly #sent: BoundCounter;
  readonly #duration: BoundHistogram;
  readonly #activeRequests: BoundCounter;
  readonly #timeToFirstByte: BoundHistogram;
  readonly #timePerOutputToken: BoundHistogram;
  readonly #streamed: BoundCounter;
  readonly #rateLimits: BoundCounter;
  readonly #cacheHits: BoundCounter;
  readonly #cacheMisses: BoundCounter;
  readonly #context: ProviderContext;

  constructor(name: string, context: ProviderContext) {
    const { instruments } = context;
    const provider = { provider: name };
    this.name = name;
    this.#context = context;
    this.#requests = instruments.requests.bind(provider);
    this.#failures = instruments.failures.bind(provider);
    this.#received = instruments.received.bind(provider);
    this.#sent = instruments.sent.bind(provider);
    this.#duration = instruments.duration.bind(provider);
    this.#activeRequests = instruments.activeRequests.bind(provider);
    this.#timeToFirstByte = instruments.timeToFirstByte.bind(provider);
    this.#timePerOutputToken = instruments.timePerOutputToken.bind(provider);
    this.#streamed = instruments.streamedRequests.bind(provider);
    this.#rateLimits = instruments.rateLimits.bind(provider);
    this.#cacheHits = instruments.cacheLookups.bind({ ...provider, outcome: 'hit' });
    this.#cacheMisses = instruments.cacheLookups.bind({ ...provider, outcome: 'miss' });
  }

  /** Records a request that ended: requests, failures, bytes in and out, duration. What is no amount is counted. */
  record(sample: RequestSample): void {
    try {
      const { bytesIn, bytesOut, latencyMs, ok } = sample;
      if (
        typeof bytesIn === 'number' &&
        typeof bytesOut === 'number' &&
        typeof latencyMs === 'number' &&
        typeof ok === 'boolean' &&
        bytesIn >= 0 &&
        bytesOut >= 0 &&
        latencyMs >= 0 &&
        bytesIn + bytesOut + latencyMs < Number.POSITIVE_INFINITY
      ) {
        this.#requests.add(1);
        if (!ok) this.#failures.add(1);
        this.#received.add(bytesIn);
        this.#sent.add(bytesOut);
        this.#duration.record(latencyMs / 1_000);
      } else this.#recordPart(bytesIn, bytesOut, latencyMs, ok);
    } catch {
      this.#countInvalid(1);
    }
  }

  /** Begins a request: it is active until it is ended. */
  begin(): ActiveRequest {
    const { clock } = this.#context;
    const beganMs = clock.monotonicMs();
    let firstByteMs: number | undefined;
    let latencyMs: number | undefined;
    this.#activeRequests.add(1);
    return {
      firstByte() {
        firstByteMs ??= clock.monotonicMs() - beganMs;
      },
      end: (outcome) => {
        if (latencyMs === undefined) {
          latencyMs = clock.monotonicMs() - beganMs;
          this.#activeRequests.add(-1);
          this.#end(outcome ?? {}, latencyMs, firstByteMs);
        }
        return firstByteMs === undefined ? { latencyMs } : { latencyMs, firstByteMs };
      },
    };
  }

  /** Records the time until the first byte, for a request that was not begun here. */
  firstByte(milliseconds: number): void {
    if (isAmount(milliseconds)) this.#timeToFirstByte.record(milliseconds / 1_000);
    else this.#countInvalid(1);
  }

  /** Records the time per output token: from the first byte to the end, over all tokens but the first. */
  outputTokens(tokens: number, millisecondsFromFirstByte: number): void {
    if (!isAmount(tokens) || !isAmount(millisecondsFromFirstByte)) this.#countInvalid(1);
    else if (tokens > 1) this.#timePerOutputToken.record(millisecondsFromFirstByte / 1_000 / (tokens - 1));
  }

  /** Counts a response that was streamed. */
  streamed(): void {
    this.#streamed.add(1);
  }

  /** Counts a lookup in the cache of responses. */
  cacheLookup(hit: boolean): void {
    (hit === true ? this.#cacheHits : this.#cacheMisses).add(1);
  }

  /** Counts an error by its code; 429 and those that name a rate limit as such, too. */
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

  /** Counts a request that the provider refused because of its rate limit. */
  rateLimited(): void {
    this.#rateLimits.add(1);
  }

  /** Counts a request that this provider failed, and that went to another one. */
  fallback(to: string, succeeded = true): void {
    const { instruments, providers } = this.#context;
    if (typeof to !== 'string') {
      this.#countInvalid(1);
      return;
    }
    const outcome = succeeded === false ? 'failed' : 'succeeded';
    instruments.fallbacks.add(1, { provider: this.name, fallback_provider: providers.of(to), outcome });
  }

  #end(outcome: RequestOutcome, latencyMs: number, firstByteMs: number | undefined): void {
    try {
      const { bytesIn = 0, bytesOut = 0, errorCode, outputTokens, streaming } = outcome;
      this.record({ bytesIn, bytesOut, latencyMs, ok: errorCode === undefined });
      if (errorCode !== undefined) this.error(errorCode);
      if (streaming === true) this.streamed();
      if (firstByteMs !== undefined) this.firstByte(firstByteMs);
      if (outputTokens !== undefined) this.outputTokens(outputTokens, latencyMs - (firstByteMs ?? 0));
    } catch {
      this.#countInvalid(1);
    }
  }

  /** A request of which something is wrong counts with the rest. */
  #recordPart(bytesIn: unknown, bytesOut: unknown, latencyMs: unknown, ok: unknown): void {
    let invalid = 0;
    this.#requests.add(1);
    if (ok === false) this.#failures.add(1);
    else if (ok !== true) invalid++;
    if (isAmount(bytesIn)) this.#received.add(bytesIn);
    else invalid++;
    if (isAmount(bytesOut)) this.#sent.add(bytesOut);
    else invalid++;
    if (isAmount(latencyMs)) this.#duration.record(latencyMs / 1_000);
    else invalid++;
    this.#countInvalid(invalid);
  }

  #countInvalid(values: number): void {
    this.#context.instruments.invalid.add(values, { source: 'record' });
  }
}
