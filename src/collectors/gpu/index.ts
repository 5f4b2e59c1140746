/**
 * Collector `gpu`: utilization, memory, power, temperature, clocks and errors of GPUs of NVIDIA and AMD.
 *
 * `nvidia.ts` chooses between NVML (`nvml.ts`) and nvidia-smi (`nvidia-smi.ts`). `amd.ts` reads the files of the kernel.
 * Each returns readings, from which `metrics.ts` takes the values.
 *
 * @module
 */
import type { Collector } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import { diag } from '../../model/diag.js';
import { collectorOf } from '../collector.js';
import { type OptionCheck, optionProblems, wholeCheck } from '../options.js';
import { readAmdGpus } from './amd.js';
import { gpuMetrics } from './metrics.js';
import { Nvidia } from './nvidia.js';
import { defaultTimes, type Gpus } from './nvidia-smi.js';
import type { GpuReading } from './reading.js';

export type { GpuProcess, GpuReading, GpuValues, ThrottleReason } from './reading.js';

/** Options of the collector. */
export interface GpuOptions {
  /** Milliseconds between two readings of a GPU, at least 100; 5000 by default. */
  readonly intervalMs?: number;
  /** Name or path of nvidia-smi; `nvidia-smi` by default. */
  readonly command?: string;
  /** Name or path of NVML, used if `koffi` is installed; `libnvidia-ml.so.1` by default, `nvml.dll` on Windows. */
  readonly library?: string;
  /** Folder in which sysfs is mounted; `/sys` by default. */
  readonly sysfs?: string;
}

const defaults: Required<GpuOptions> = {
  intervalMs: 5_000,
  command: 'nvidia-smi',
  library: process.platform === 'win32' ? 'nvml.dll' : 'libnvidia-ml.so.1',
  sysfs: '/sys',
};

/** GPUs are rarely added to a machine that runs. */
const lookAgainMs = 600_000;

/**
 * Returns the collector, for `startMetrics({ collectors })`. A machine without a GPU has no metrics and runs no program.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { gpu } from 'otelier/collectors/gpu';
 * startMetrics({ serviceName: 'shop', collectors: [gpu()] });
 */
export function gpu(options: GpuOptions = {}): Collector {
  const problems = optionProblems('gpu', options, checks);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const {
    intervalMs = defaults.intervalMs,
    command = defaults.command,
    library = defaults.library,
    sysfs = defaults.sysfs,
  } = options;
  return collectorOf({
    name: 'gpu',
    options,
    read: { nvidia: gpuMetrics, amd: gpuMetrics },
    open({ clock }) {
      const nvidia = new Nvidia(library, command, { ...defaultTimes, intervalMs }, clock);
      const look = lookRarely(clock, 2);
      const source = (name: string, read: () => Promise<Gpus>) => ({
        name,
        intervalMs,
        // A driver that no program uses takes seconds to open. Collections wait for at most five.
        timeoutMs: 4_000,
        load: look(read),
        parse: (readings: readonly GpuReading[]) => readings,
      });
      return {
        sources: [source('nvidia', () => nvidia.read()), source('amd', () => readAmdGpus(sysfs))],
        stop: () => nvidia.stop(),
      };
    },
  });
}

/** Returns a function that makes a reading rare while it finds no GPU. Logs once if all of `vendors` find none. */
function lookRarely(clock: Clock, vendors: number) {
  let without = 0;
  return (read: () => Promise<Gpus>) => {
    let nextMs: number | undefined;
    return (): readonly GpuReading[] | Promise<readonly GpuReading[]> => {
      if (nextMs !== undefined && clock.monotonicMs() < nextMs) return [];
      return read().then((gpus) => {
        if (gpus !== undefined) return gpus;
        if (nextMs === undefined && ++without === vendors) {
          diag.debug('collector gpu: no GPU of NVIDIA or AMD found; nothing is measured; looked for every 10 minutes');
        }
        nextMs = clock.monotonicMs() + lookAgainMs;
        return [];
      });
    };
  };
}

const textCheck: OptionCheck = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty';

const checks = {
  intervalMs: wholeCheck(100, 3_600_000, 'a whole number of milliseconds'),
  command: textCheck,
  library: textCheck,
  sysfs: textCheck,
};
