/** The log lines of the backends. During the last flush of a process they wait for the line about what is lost. */
import { diag } from '../model/diag.js';

/** Milliseconds after the last flush at which held lines are logged if the process goes on. */
const releaseAfterMs = 1_000;

/** Log of backends, by their names. */
export class ExitLog {
  #held: Map<string, string[]> | undefined;
  /** Remedies of flushes that did not finish, by backend. */
  readonly #late = new Map<string, string>();

  /** Logs a line, or holds it until the end of the process. */
  warn(backend: string, message: string): void {
    const lines = this.#held?.get(backend) ?? [];
    if (this.#held === undefined) diag.warn(message);
    else this.#held.set(backend, [...lines, message]);
  }

  /** Logs that a flush did not finish, once until a flush finishes. */
  late(backend: string, message: string, remedy: string): void {
    if (!this.#late.has(backend)) this.warn(backend, message);
    this.#late.set(backend, remedy);
  }

  /** Records that a flush finished. */
  finished(backend: string): void {
    this.#late.delete(backend);
  }

  /** Holds the lines of backends until `release`. */
  hold(): void {
    this.#held ??= new Map();
  }

  /** Runs the last flush: its lines are held until the process exits, or logged if the process goes on. */
  async holdDuring<T>(flush: () => Promise<T>): Promise<T> {
    this.hold();
    try {
      return await flush();
    } finally {
      setTimeout(() => this.release(), releaseAfterMs).unref();
    }
  }

  /** Discards the lines of a backend. Returns the remedy if its flush did not finish. */
  replace(backend: string): string | undefined {
    this.#held?.delete(backend);
    return this.#late.get(backend);
  }

  /** Logs the lines that are held. */
  release(): void {
    const lines = [...(this.#held?.values() ?? [])].flat();
    this.#held = undefined;
    for (const line of lines) diag.warn(line);
  }
}
