/** A task in progress: its state, and the handle that the application ends. */
import type { VerbGuard } from '../../catalogue/pack.js';
import type { Clock } from '../../model/clock.js';
import type { OpenHandle, OpenHandles } from '../kit/open-handles.js';
import type { ActiveTask, AgentCall, TaskOutcome } from './events.js';

/** Records the events of tasks. */
export interface TaskRecorder {
  /** Records a call and returns its cost, if known. */
  call(call: AgentCall): number | undefined;
  ended(latencyMs: number, callsUsd: number | undefined, outcome: TaskOutcome): void;
  /** Counts a task that its application never ended. */
  abandoned(): void;
}

/** The state of a task. `end` and `abandon` take effect once. */
export class TaskState implements OpenHandle {
  readonly #recorder: TaskRecorder;
  readonly #clock: Clock;
  readonly #open: OpenHandles;
  readonly #startMs: number;
  #lastMs: number;
  #callsUsd: number | undefined;

  constructor(recorder: TaskRecorder, clock: Clock, open: OpenHandles) {
    this.#recorder = recorder;
    this.#clock = clock;
    this.#open = open;
    this.#startMs = clock.monotonicMs();
    this.#lastMs = this.#startMs;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  call(call: AgentCall): void {
    this.#lastMs = this.#clock.monotonicMs();
    const cost = this.#recorder.call(call);
    if (cost !== undefined) this.#callsUsd = (this.#callsUsd ?? 0) + cost;
  }

  end(outcome: TaskOutcome): void {
    if (!this.#open.remove(this)) return;
    this.#recorder.ended(this.#clock.monotonicMs() - this.#startMs, this.#callsUsd, outcome);
  }

  abandon(): void {
    if (this.#open.remove(this)) this.#recorder.abandoned();
  }
}

/** The handle of a task. */
export class TaskHandle implements ActiveTask {
  readonly #state: TaskState;
  readonly agentCall: ActiveTask['agentCall'];
  readonly end: ActiveTask['end'];

  constructor(state: TaskState, guard: VerbGuard) {
    this.#state = state;
    // Both functions reference the handle: an application that keeps one of them keeps the task open.
    this.agentCall = guard.verb('ActiveTask.agentCall', (call: AgentCall) => this.#state.call(call));
    this.end = guard.verb('ActiveTask.end', (outcome: TaskOutcome) => this.#state.end(outcome));
  }
}
