/** The state of a request in progress: its stages, its first result, and its end. */
import type { Clock } from '../../model/clock.js';
import type { OpenHandle, OpenHandles } from '../kit/open-handles.js';
import { eventOf, isAmount } from '../kit/refusal.js';
import type { ActiveRequest, EndedRequest, Stage } from './events.js';
import { isStage } from './stages.js';

/** Records the events of requests. */
export interface InferenceRequestRecorder {
  request(request: EndedRequest): void;
  stage(stage: Stage, seconds: number): void;
  /** Counts a request that its server never ended. */
  abandoned(): void;
}

/** The state of a request. `end` and `abandon` take effect once. It must not reference its handle. */
export class InferenceRequestState implements ActiveRequest, OpenHandle {
  readonly #recorder: InferenceRequestRecorder;
  readonly #clock: Clock;
  readonly #open: OpenHandles;
  readonly #startMs: number;
  readonly #stages: { -readonly [S in Stage]?: number } = {};
  #firstResultSeconds: number | undefined;
  #lastMs: number;

  constructor(recorder: InferenceRequestRecorder, clock: Clock, open: OpenHandles) {
    this.#recorder = recorder;
    this.#clock = clock;
    this.#open = open;
    this.#startMs = clock.monotonicMs();
    this.#lastMs = this.#startMs;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  stage(stage: Stage, seconds: number): void {
    this.#lastMs = this.#clock.monotonicMs();
    // An invalid value must not replace the valid sum; it is counted at once.
    if (isAmount(seconds) && isStage(stage)) this.#stages[stage] = (this.#stages[stage] ?? 0) + seconds;
    else this.#recorder.stage(stage, seconds);
  }

  firstResult(): void {
    this.#lastMs = this.#clock.monotonicMs();
    this.#firstResultSeconds ??= this.#elapsedSeconds();
  }

  end(outcome: Parameters<ActiveRequest['end']>[0] = {}): void {
    if (!this.#open.remove(this)) return;
    this.#recorder.request({
      ...eventOf(outcome),
      totalSeconds: this.#elapsedSeconds(),
      stages: this.#stages,
      ...(this.#firstResultSeconds === undefined ? {} : { firstResultSeconds: this.#firstResultSeconds }),
    });
  }

  abandon(): void {
    if (this.#open.remove(this)) this.#recorder.abandoned();
  }

  #elapsedSeconds(): number {
    return (this.#clock.monotonicMs() - this.#startMs) / 1_000;
  }
}
