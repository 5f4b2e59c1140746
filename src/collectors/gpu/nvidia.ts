/** Reads NVIDIA's GPUs through NVML if `koffi` is installed, and through nvidia-smi otherwise. */
import type { Clock } from '../../model/clock.js';
import { type Gpus, NvidiaSmi, type SmiTimes } from './nvidia-smi.js';
import { type NvmlReader, openNvml } from './nvml.js';

/** Opens NVML or nvidia-smi at the first reading. Readings must not overlap. */
export class Nvidia {
  readonly #library: string;
  readonly #idleMs: number;
  readonly #smi: NvidiaSmi;
  #nvml: NvmlReader | undefined;
  #reading: Promise<Gpus> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(library: string, command: string, times: SmiTimes, clock: Clock) {
    this.#library = library;
    this.#idleMs = times.idleMs;
    this.#smi = new NvidiaSmi(command, times, clock);
  }

  /** @throws {Error} if no GPU answers. */
  read(): Promise<Gpus> {
    const reading = this.#read();
    this.#reading = reading;
    return reading;
  }

  /** Ends what a reading has started, after the reading in progress. */
  stop(): void {
    this.#stopped = true;
    this.#smi.stop();
    clearTimeout(this.#idle);
    this.#pause();
  }

  async #read(): Promise<Gpus> {
    if (this.#stopped) return this.#smi.read();
    this.#nvml ??= await openNvml(this.#library);
    if (this.#nvml === undefined) return this.#smi.read();
    // A stop during the opening.
    if (this.#stopped) this.#pause();
    this.#idle ??= setTimeout(() => this.#pause(), this.#idleMs).unref();
    this.#idle.refresh();
    try {
      return await this.#nvml?.read();
    } catch (error) {
      this.#pause();
      throw error;
    }
  }

  /** Closes NVML until the next reading. A GPU sleeps only while no program has NVML open. */
  #pause(): void {
    const nvml = this.#nvml;
    this.#nvml = undefined;
    if (nvml === undefined) return;
    const close = () => nvml.close();
    (this.#reading ?? Promise.resolve()).then(close, close).catch(() => {});
  }
}
