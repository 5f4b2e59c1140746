/** Reads NVIDIA's GPUs through NVML if `koffi` is installed, and through nvidia-smi otherwise. */
import type { Clock } from '../../model/clock.js';
import { type Gpus, NvidiaSmi, type SmiTimes } from './nvidia-smi.js';
import { type NvmlReader, openNvml, type XidErrors } from './nvml.js';

/** Opens NVML or nvidia-smi at the first reading. Readings must not overlap. */
export class Nvidia {
  readonly #library: string;
  readonly #idleMs: number;
  readonly #smi: NvidiaSmi;
  #nvml: NvmlReader | undefined;
  #reading: Promise<Gpus> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;
  /** True while nvidia-smi shows GPUs, so that NVML is not tried at each reading. */
  #usesSmi = false;
  /** Counts by GPU; they outlive a pause. */
  readonly #xidErrors: XidErrors = new Map();

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
    if (!this.#usesSmi) this.#nvml ??= await openNvml(this.#library, this.#xidErrors);
    if (this.#nvml === undefined) {
      const gpus = await this.#smi.read();
      this.#usesSmi = gpus !== undefined;
      return gpus;
    }
    if (!this.#stopped) {
      this.#idle ??= setTimeout(() => this.#pause(), this.#idleMs).unref();
      this.#idle.refresh();
    }
    try {
      const gpus = await this.#nvml.read();
      // The last collection reads after the stop.
      if (this.#stopped) this.#pause();
      return gpus;
    } catch (error) {
      this.#pause();
      throw error;
    }
  }

  /** Closes NVML until the next reading. A GPU saves power only while no program has NVML open. */
  #pause(): void {
    const nvml = this.#nvml;
    this.#nvml = undefined;
    if (nvml === undefined) return;
    const close = () => nvml.close();
    (this.#reading ?? Promise.resolve()).then(close, close).catch(() => {});
  }
}
