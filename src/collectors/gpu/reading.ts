/** Reading of one GPU, in base units. A value that the GPU or its driver does not report is absent. */

/** Reasons for which a GPU runs below its requested clock, with their bits in the mask of NVIDIA's driver. */
export const throttleReasons = {
  applications_clocks: 0x2,
  sw_power_cap: 0x4,
  hw_slowdown: 0x8,
  sync_boost: 0x10,
  sw_thermal_slowdown: 0x20,
  hw_thermal_slowdown: 0x40,
  hw_power_brake_slowdown: 0x80,
  display_clocks: 0x100,
} as const;

/** Reason for which a GPU runs below its requested clock. */
export type ThrottleReason = keyof typeof throttleReasons;

/** Memory of a GPU that one process uses. */
export interface GpuProcess {
  readonly pid: number;
  readonly memoryUsedBytes: number;
}

/** Reading of a GPU, or of a part of a GPU: an instance of NVIDIA's MIG. */
export interface GpuReading extends GpuValues {
  /** Unique on the host: the UUID, the unique id, or the PCI address. Of a MIG instance: `MIG-<UUID of the GPU>/<GPU instance>/<compute instance>`. */
  readonly id: string;
  /** Position among the GPUs of the vendor, from 0; of an instance, among those of its GPU. */
  readonly index: number;
  /** Model, such as `NVIDIA H100 80GB HBM3`. */
  readonly name: string;
  readonly vendor: 'AMD' | 'NVIDIA';
  /** `id` of the GPU that an instance is a part of. */
  readonly parent?: string | undefined;
  /** Active reasons; empty if the clock is not reduced. */
  readonly throttleReasons?: readonly ThrottleReason[] | undefined;
  /** Number of Xid errors since the first reading, by code. */
  readonly xidErrors?: ReadonlyMap<number, number> | undefined;
  readonly processes?: readonly GpuProcess[] | undefined;
}

/** Numbers of a reading. Shares are from 0 to 1. */
export interface GpuValues {
  /** Share of time in which the GPU computed. */
  readonly utilization?: number | undefined;
  readonly encoderUtilization?: number | undefined;
  readonly decoderUtilization?: number | undefined;
  /** Share of time in which memory was read or written. */
  readonly memoryControllerUtilization?: number | undefined;
  readonly memoryUsedBytes?: number | undefined;
  readonly memoryTotalBytes?: number | undefined;
  readonly powerWatts?: number | undefined;
  readonly powerLimitWatts?: number | undefined;
  /** Energy since the driver was loaded. */
  readonly energyJoules?: number | undefined;
  readonly temperatureCelsius?: number | undefined;
  readonly memoryTemperatureCelsius?: number | undefined;
  readonly clockHertz?: number | undefined;
  readonly memoryClockHertz?: number | undefined;
  /** ECC errors since the driver was loaded. */
  readonly correctedErrors?: number | undefined;
  readonly uncorrectedErrors?: number | undefined;
}

/** Unit in which a driver reports a value, and the largest value that is plausible. Larger ones mean "unknown". */
export interface Unit {
  /** Value of one unit in the base unit. */
  readonly scale: number;
  readonly max: number;
}

/** Units of drivers. Sentinels such as 0xFFFFFFFF and 2^64 - 1 are above every maximum. */
export const units = {
  gpus: { scale: 1, max: 1_000 },
  percent: { scale: 0.01, max: 100 },
  bytes: { scale: 1, max: 2 ** 50 },
  mebibytes: { scale: 2 ** 20, max: 2 ** 30 },
  watts: { scale: 1, max: 1e5 },
  milliwatts: { scale: 1e-3, max: 1e8 },
  microwatts: { scale: 1e-6, max: 1e11 },
  millijoules: { scale: 1e-3, max: 2 ** 62 },
  celsius: { scale: 1, max: 500 },
  millicelsius: { scale: 1e-3, max: 500_000 },
  hertz: { scale: 1, max: 1e11 },
  megahertz: { scale: 1e6, max: 1e5 },
  errors: { scale: 1, max: 2 ** 53 },
} satisfies Record<string, Unit>;

/** Converts a value of a driver to its base unit; `undefined` if it is not plausible. */
export function toBase(given: number | undefined, { scale, max }: Unit): number | undefined {
  if (given === undefined || !(given >= 0 && given <= max) || given === 0xffffffff) return undefined;
  // Division keeps short fractions exact: 42 / 100, not 42 * 0.01.
  return scale < 1 ? given / Math.round(1 / scale) : given * scale;
}

/** Returns the reasons in a mask of NVIDIA's driver. Idleness is not a reason: an idle GPU requests no clock. */
export function throttleReasonsOf(mask: number): ThrottleReason[] {
  const names = Object.keys(throttleReasons) as ThrottleReason[];
  return names.filter((name) => (mask & throttleReasons[name]) !== 0);
}

/** Returns the id of a MIG instance: the form that CUDA_VISIBLE_DEVICES accepts in every driver with MIG. */
export function instanceId(gpu: string, gpuInstance: number, computeInstance: number): string {
  return `MIG-${gpu}/${gpuInstance}/${computeInstance}`;
}
