/** Starts a program again after it has ended, never two at a time. */
import type { Clock } from '../../model/clock.js';
import { type ProgramEnd, type RunningProgram, startProgram } from './program.js';

/** Longest delay of a restart, in milliseconds, and the time after which an end is not early. */
const longestRestartMs = 60_000;

/** Program of one command. Between its end and its next start lies a delay that doubles with each early end. */
export class RestartingProgram {
  readonly #command: string;
  readonly #restartMs: number;
  readonly #clock: Clock;
  readonly #onLine: (line: string) => void;
  #program: RunningProgram | undefined;
  #startedMs = 0;
  #restartAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** False once the end of the program has been asked for. */
  #isWanted = true;
  #onEnd: (() => void)[] = [];
  /** How the last program ended by itself. */
  end: ProgramEnd | undefined;

  /**
   * @param restartMs first delay, in milliseconds.
   * @param onLine called with each line of both outputs.
   */
  constructor(command: string, restartMs: number, clock: Clock, onLine: (line: string) => void) {
    this.#command = command;
    this.#restartMs = restartMs;
    this.#clock = clock;
    this.#onLine = onLine;
  }

  /** Milliseconds since the start; `undefined` if it does not run. */
  get runsMs(): number | undefined {
    return this.#program && this.#clock.monotonicMs() - this.#startedMs;
  }

  /** Starts the program unless it runs, has not ended yet, or must wait. */
  start(args: readonly string[], isDelayed = true): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#program !== undefined || (isDelayed && nowMs < this.#restartAtMs)) return;
    this.#startedMs = nowMs;
    this.#isWanted = true;
    this.end = undefined;
    this.#program = startProgram(this.#command, args, this.#onLine, (end) => {
      this.#program = undefined;
      if (this.#isWanted) this.#delay(end);
      for (const each of this.#onEnd.splice(0)) each();
    });
  }

  /** Resolves when the program ends. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#program === undefined) resolve();
      else this.#onEnd.push(resolve);
    });
  }

  /** Ends the program without a delay of its next start. */
  stop(): void {
    this.#isWanted = false;
    this.kill();
  }

  /** Ends a program that hangs. */
  kill(): void {
    this.#program?.stop();
  }

  #delay(end: ProgramEnd): void {
    this.end = end;
    const nowMs = this.#clock.monotonicMs();
    this.#failures = nowMs - this.#startedMs >= longestRestartMs ? 0 : this.#failures + 1;
    const delayMs = this.#restartMs * 2 ** Math.max(0, this.#failures - 1);
    this.#restartAtMs = nowMs + Math.min(longestRestartMs, delayMs);
  }
}
