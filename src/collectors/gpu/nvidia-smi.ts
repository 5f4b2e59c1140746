/**
 * Reads NVIDIA's GPUs through one nvidia-smi that prints a line per GPU and interval; on GPUs in MIG mode through a
 * second one, which prints their instances.
 *
 * Both are started by a reading and stopped when no reading has been made for a while. A program that ends or hangs is
 * started again by a later reading, after a delay that doubles.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../model/clock.js';
import { instanceParser, isWithoutGpu, parseGpuLine, queryWithout, refusedField } from './nvidia-smi-output.js';
import type { GpuReading } from './reading.js';
import { RestartingProgram } from './restarting-program.js';

/** Times in milliseconds. */
export interface SmiTimes {
  /** Time between two lines of a GPU. */
  readonly intervalMs: number;
  /** Longest wait of a reading for the first lines. */
  readonly firstWaitMs: number;
  /** A program that prints no GPU for this time, after its start, hangs. nvidia-smi may load the driver first. */
  readonly startMs: number;
  /** Without a reading for this time, the programs are stopped. */
  readonly idleMs: number;
  /** Delay before the first restart. */
  readonly restartMs: number;
}

export const defaultTimes = { firstWaitMs: 800, startMs: 30_000, idleMs: 300_000, restartMs: 1_000 };

/** Result of a look for GPUs: their readings, or `undefined` if the machine has no GPU of the vendor. */
export type Gpus = readonly GpuReading[] | undefined;

/** GPUs as nvidia-smi reports them. */
export class NvidiaSmi {
  readonly #times: SmiTimes;
  readonly #clock: Clock;
  readonly #command: string;
  readonly #gpus: RestartingProgram;
  readonly #instances: RestartingProgram;
  readonly #refused = new Set<string>();
  #refusedAtStart = 0;
  /** Latest readings by id. */
  readonly #latest = new Map<string, { readonly reading: GpuReading; readonly untilMs: number }>();
  #query = queryWithout(this.#refused);
  #lastLineMs = 0;
  /** GPUs in MIG mode. */
  readonly #partitioned = new Set<string>();
  #onComplete: (() => void) | undefined;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(command: string, times: SmiTimes, clock: Clock) {
    this.#command = command;
    this.#times = times;
    this.#clock = clock;
    this.#gpus = new RestartingProgram(command, times.restartMs, clock, (line) => this.#take(line));
    const parse = instanceParser((readings) => {
      for (const reading of readings) this.#keep(reading, this.#instancesIntervalMs);
    });
    this.#instances = new RestartingProgram(command, times.restartMs, clock, parse);
  }

  /**
   * Returns the readings that are at most three intervals old.
   *
   * @throws {Error} if nvidia-smi ended or hangs.
   */
  async read(): Promise<Gpus> {
    if (!this.#stopped && this.#gpus.runsMs === undefined && !(await isExecutable(this.#command))) return undefined;
    if (this.#stopped) return this.#fresh();
    this.#delayIdle();
    this.#start();
    if (this.#partitioned.size === 0) this.#instances.stop();
    else this.#instances.start(['-q', '-lms', String(this.#instancesIntervalMs)]);
    // Only the first readings of a program wait: one that hangs would otherwise delay every collection.
    const restMs = this.#times.firstWaitMs - (this.#gpus.runsMs ?? Number.POSITIVE_INFINITY);
    if (this.#freshGpus() === 0 && restMs > 0) await this.#waitForLines(restMs);
    if (this.#freshGpus() > 0) return this.#fresh();
    const { end, runsMs } = this.#gpus;
    if (end !== undefined) {
      if (isWithoutGpu(end.code, end.lastLine)) return undefined;
      throw new Error(`${this.#command} ended with code ${end.code}: ${end.lastLine.slice(0, 100) || 'no output'}`);
    }
    if (runsMs === undefined) return [];
    const silentMs = Math.min(runsMs, this.#clock.monotonicMs() - this.#lastLineMs);
    if (silentMs === runsMs && silentMs < this.#times.startMs) return [];
    this.#gpus.kill();
    throw new Error(`${this.#command} printed no GPU for ${Math.round(silentMs / 1_000)} s`);
  }

  /** Ends the programs. Later readings return what is still recent. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#idle);
    this.#pause();
  }

  /** The second program prints hundreds of lines per GPU. */
  get #instancesIntervalMs(): number {
    return Math.max(5_000, this.#times.intervalMs);
  }

  #pause(): void {
    this.#gpus.stop();
    this.#instances.stop();
  }

  #delayIdle(): void {
    this.#idle ??= setTimeout(() => this.#pause(), this.#times.idleMs).unref();
    this.#idle.refresh();
  }

  /** Starts nvidia-smi, at once if it ended because it refused a field. */
  #start(): void {
    if (this.#stopped) return;
    const isDelayed = this.#refusedAtStart === this.#refused.size;
    this.#refusedAtStart = this.#refused.size;
    const names = [...this.#query.values()].join();
    const args = [`--query-gpu=${names}`, '--format=csv,noheader,nounits', '-lms', String(this.#times.intervalMs)];
    this.#gpus.start(args, isDelayed);
  }

  /** Waits for the first line of each GPU, also while nvidia-smi refuses fields. */
  async #waitForLines(milliseconds: number): Promise<void> {
    const timeout = new AbortController();
    const complete = new Promise<void>((resolve) => {
      this.#onComplete = resolve;
    });
    // This timer keeps the process alive: a flush at its end waits for the reading.
    const late = wait(milliseconds, undefined, timeout).catch(() => {});
    do {
      this.#start();
      const isEnd = await Promise.race([complete, late, this.#gpus.ended().then(() => true)]);
      if (isEnd !== true) break;
    } while (this.#refusedAtStart !== this.#refused.size && !this.#stopped);
    this.#onComplete = undefined;
    timeout.abort();
  }

  #take(line: string): void {
    const refused = refusedField(line);
    if (refused !== undefined) this.#query = queryWithout(this.#refused.add(refused));
    const gpu = parseGpuLine(line, this.#query);
    if (gpu === undefined) return;
    this.#partitioned[gpu.hasInstances ? 'add' : 'delete'](gpu.reading.id);
    this.#lastLineMs = this.#clock.monotonicMs();
    this.#keep(gpu.reading, this.#times.intervalMs);
    if (this.#freshGpus() >= (gpu.count ?? 1)) this.#onComplete?.();
  }

  /** Keeps a reading for three intervals. */
  #keep(reading: GpuReading, intervalMs: number): void {
    this.#latest.set(reading.id, { reading, untilMs: this.#clock.monotonicMs() + 3 * intervalMs });
  }

  #fresh(): readonly GpuReading[] {
    const nowMs = this.#clock.monotonicMs();
    for (const [id, { untilMs }] of this.#latest) if (nowMs > untilMs) this.#latest.delete(id);
    return Array.from(this.#latest.values(), ({ reading }) => reading);
  }

  #freshGpus(): number {
    return this.#fresh().filter(({ parent }) => parent === undefined).length;
  }
}

/** Reports whether a command exists, so that a machine without nvidia-smi starts no program. */
async function isExecutable(command: string): Promise<boolean> {
  const isPath = /[\\/]/.test(command);
  const folders = isPath ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  const names = process.platform === 'win32' ? [command, `${command}.exe`] : [command];
  for (const name of folders.flatMap((folder) => names.map((each) => (isPath ? each : join(folder, each))))) {
    const isThere = await access(name, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
