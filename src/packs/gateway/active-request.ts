/** A request in progress: its state, and the handle that the application ends. */
import type { Clock } from '../../model/clock.js';
import type { OpenHandle, OpenHandles } from '../kit/open-handles.js';

/** Outcome of a request that `begin` returned. */
export interface RequestOutcome {
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  /** Status code, or a name such as `timeout`; absent if the request succeeded. */
  readonly errorCode?: string | number;
  /** Tokens of the response; the time per output token is recorded from two tokens on. */
  readonly outputTokens?: number;
  readonly streaming?: boolean;
}

/** Durations of a request, milliseconds. */
export interface RequestTiming {
  readonly latencyMs: number;
  /** Absent if `firstByte` was not called. */
  readonly firstByteMs?: number;
}

/** A request in progress. */
export interface ActiveRequest {
  /** Records the current time as the time of the first byte of the response. Later calls have no effect. */
  firstByte(): void;
  /** Ends and records the request, and returns its durations. Later calls only return the durations. */
  end(outcome?: RequestOutcome): RequestTiming;
}

/** Records the events of requests in progress. Nothing here throws. */
export interface GatewayRequestRecorder {
  /** Counts a request that begins. */
  began(): void;
  /** Counts a request that is no longer active. */
  left(): void;
  ended(outcome: RequestOutcome, latencyMs: number, firstByteMs: number | undefined): void;
  /** Counts a request that the application never ended. */
  abandoned(): void;
}

/** The state of a request. `end` and `abandon` take effect once. */
export class GatewayRequestState implements OpenHandle {
  readonly #recorder: GatewayRequestRecorder;
  readonly #clock: Clock;
  readonly #open: OpenHandles;
  readonly #startMs: number;
  #firstByteMs: number | undefined;
  #latencyMs: number | undefined;

  constructor(recorder: GatewayRequestRecorder, clock: Clock, open: OpenHandles) {
    this.#recorder = recorder;
    this.#clock = clock;
    this.#open = open;
    this.#startMs = clock.monotonicMs();
    recorder.began();
  }

  get lastMs(): number {
    return this.#startMs + (this.#firstByteMs ?? 0);
  }

  firstByte(): void {
    this.#firstByteMs ??= this.#elapsedMs();
  }

  end(outcome: RequestOutcome = {}): RequestTiming {
    // The duration of an abandoned request is returned, but not recorded.
    this.#latencyMs ??= this.#elapsedMs();
    if (this.#open.remove(this)) {
      this.#recorder.left();
      this.#recorder.ended(outcome, this.#latencyMs, this.#firstByteMs);
    }
    return this.#firstByteMs === undefined
      ? { latencyMs: this.#latencyMs }
      : { latencyMs: this.#latencyMs, firstByteMs: this.#firstByteMs };
  }

  abandon(): void {
    if (!this.#open.remove(this)) return;
    this.#recorder.left();
    this.#recorder.abandoned();
  }

  #elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#startMs;
  }
}

/** The handle of a request. */
export class RequestHandle implements ActiveRequest {
  readonly #state: GatewayRequestState;
  // Both functions reference the handle: an application that keeps one of them keeps the request open.
  readonly firstByte = (): void => this.#state.firstByte();
  readonly end = (outcome?: RequestOutcome): RequestTiming => this.#state.end(outcome);

  constructor(state: GatewayRequestState) {
    this.#state = state;
  }
}
