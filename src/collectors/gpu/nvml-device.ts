/**
 * Values of one GPU, or of one MIG instance, as NVML returns them.
 *
 * @see https://docs.nvidia.com/deploy/nvml-api/index.html
 */
import { functionNotFound, type NvmlCall } from './nvml-library.js';
import {
  type GpuProcess,
  type GpuValues,
  type ThrottleReason,
  throttleReasonsOf,
  toBase,
  type Unit,
  units,
} from './reading.js';

/** Handle of a device. It is valid until NVML is shut down. */
export type Device = bigint;

/** Calls of functions that write 32 or 64 bits behind their arguments, or a text. `undefined` if they fail. */
export class Nvml {
  readonly call: NvmlCall;

  constructor(call: NvmlCall) {
    this.call = call;
  }

  async u32(name: string, ...args: (number | bigint)[]): Promise<number | undefined> {
    const out = Buffer.alloc(4);
    return (await this.call(name, ...args, out)) === 0 ? out.readUInt32LE() : undefined;
  }

  async u64(name: string, ...args: (number | bigint)[]): Promise<bigint | undefined> {
    const out = Buffer.alloc(8);
    return (await this.call(name, ...args, out)) === 0 ? out.readBigUInt64LE() : undefined;
  }

  async text(name: string, device: Device): Promise<string | undefined> {
    const out = Buffer.alloc(96);
    if ((await this.call(name, device, out, out.length)) !== 0) return undefined;
    return out.toString('utf8', 0, Math.max(0, out.indexOf(0))) || undefined;
  }
}

const sensorOfChip = 0;
const [smClock, memoryClock] = [1, 2];
const volatileCounts = 0;

/** Reads the values that a device reports. */
export async function readValues(nvml: Nvml, device: Device): Promise<GpuValues> {
  const u32 = async (name: string, unit: Unit, ...args: number[]) =>
    toBase(await nvml.u32(name, device, ...args), unit);
  const u64 = async (name: string, unit: Unit, ...args: number[]) => {
    const value = await nvml.u64(name, device, ...args);
    return value === undefined ? undefined : toBase(Number(value), unit);
  };
  return {
    ...(await readUtilization(nvml, device)),
    ...(await readMemory(nvml, device)),
    encoderUtilization: await readCoderUtilization(nvml, 'nvmlDeviceGetEncoderUtilization', device),
    decoderUtilization: await readCoderUtilization(nvml, 'nvmlDeviceGetDecoderUtilization', device),
    powerWatts: await u32('nvmlDeviceGetPowerUsage', units.milliwatts),
    powerLimitWatts: await u32('nvmlDeviceGetEnforcedPowerLimit', units.milliwatts),
    energyJoules: await u64('nvmlDeviceGetTotalEnergyConsumption', units.millijoules),
    temperatureCelsius:
      (await readTemperature(nvml, device)) ?? (await u32('nvmlDeviceGetTemperature', units.celsius, sensorOfChip)),
    memoryTemperatureCelsius: await readMemoryTemperature(nvml, device),
    clockHertz: await u32('nvmlDeviceGetClockInfo', units.megahertz, smClock),
    memoryClockHertz: await u32('nvmlDeviceGetClockInfo', units.megahertz, memoryClock),
    correctedErrors: await u64('nvmlDeviceGetTotalEccErrors', units.errors, 0, volatileCounts),
    uncorrectedErrors: await u64('nvmlDeviceGetTotalEccErrors', units.errors, 1, volatileCounts),
  };
}

/** Reads used and total memory. Version 2 does not count what the driver reserves as used, like nvidia-smi. */
export async function readMemory(nvml: Nvml, device: Device): Promise<GpuValues> {
  const out = Buffer.alloc(40);
  out.writeUInt32LE(out.length | (2 << 24));
  let offsets = { total: 8, used: 32 };
  if ((await nvml.call('nvmlDeviceGetMemoryInfo_v2', device, out)) !== 0) {
    offsets = { total: 0, used: 16 };
    if ((await nvml.call('nvmlDeviceGetMemoryInfo', device, out)) !== 0) return {};
  }
  const bytesAt = (offset: number) => toBase(Number(out.readBigUInt64LE(offset)), units.bytes);
  return { memoryUsedBytes: bytesAt(offsets.used), memoryTotalBytes: bytesAt(offsets.total) };
}

async function readUtilization(nvml: Nvml, device: Device): Promise<GpuValues> {
  const out = Buffer.alloc(8);
  if ((await nvml.call('nvmlDeviceGetUtilizationRates', device, out)) !== 0) return {};
  const [utilization, memoryControllerUtilization] = [0, 4].map((at) => toBase(out.readUInt32LE(at), units.percent));
  return { utilization, memoryControllerUtilization };
}

async function readCoderUtilization(nvml: Nvml, name: string, device: Device): Promise<number | undefined> {
  const [percent, samplingMicros] = [Buffer.alloc(4), Buffer.alloc(4)];
  if ((await nvml.call(name, device, percent, samplingMicros)) !== 0) return undefined;
  return toBase(percent.readUInt32LE(), units.percent);
}

/** Reads the temperature as drivers from 570 on return it. */
async function readTemperature(nvml: Nvml, device: Device): Promise<number | undefined> {
  const out = Buffer.alloc(12);
  out.writeUInt32LE(out.length | (1 << 24));
  out.writeUInt32LE(sensorOfChip, 4);
  if ((await nvml.call('nvmlDeviceGetTemperatureV', device, out)) !== 0) return undefined;
  return toBase(out.readInt32LE(8), units.celsius);
}

async function readMemoryTemperature(nvml: Nvml, device: Device): Promise<number | undefined> {
  const out = Buffer.alloc(40);
  // NVML_FI_DEV_MEMORY_TEMP; the result of this field is at 28, its value at 32.
  out.writeUInt32LE(82);
  if ((await nvml.call('nvmlDeviceGetFieldValues', device, 1, out)) !== 0) return undefined;
  return out.readUInt32LE(28) === 0 ? toBase(out.readUInt32LE(32), units.celsius) : undefined;
}

/** Reads the reasons for which the clock is reduced. */
export async function readThrottleReasons(nvml: Nvml, device: Device): Promise<ThrottleReason[] | undefined> {
  const mask =
    (await nvml.u64('nvmlDeviceGetCurrentClocksEventReasons', device)) ??
    (await nvml.u64('nvmlDeviceGetCurrentClocksThrottleReasons', device));
  return mask === undefined || mask === 2n ** 64n - 1n ? undefined : throttleReasonsOf(Number(mask & 0xffffn));
}

const maxProcesses = 256;
const processSize = 24;

/** Reads the memory of processes that compute or draw. A process that does both is returned once. */
export async function readProcesses(nvml: Nvml, device: Device): Promise<GpuProcess[] | undefined> {
  const used = new Map<number, number>();
  let isKnown = false;
  for (const kind of ['Compute', 'Graphics']) {
    const count = Buffer.alloc(4);
    const out = Buffer.alloc(maxProcesses * processSize);
    for (const version of [3, 2]) {
      count.writeUInt32LE(maxProcesses);
      const name = `nvmlDeviceGet${kind}RunningProcesses_v${version}`;
      const result = await nvml.call(name, device, count, out);
      if (result === functionNotFound) continue;
      if (result !== 0) break;
      isKnown = true;
      for (let at = 0; at < Math.min(maxProcesses, count.readUInt32LE()) * processSize; at += processSize) {
        const bytes = toBase(Number(out.readBigUInt64LE(at + 8)), units.bytes);
        const pid = out.readUInt32LE(at);
        if (bytes !== undefined) used.set(pid, Math.max(bytes, used.get(pid) ?? 0));
      }
      break;
    }
  }
  return isKnown ? Array.from(used, ([pid, memoryUsedBytes]) => ({ pid, memoryUsedBytes })) : undefined;
}
