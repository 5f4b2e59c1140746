/** Reads NVIDIA's GPUs through NVML: everything that nvidia-smi shows, and energy, processes and Xid errors. */
import type { Gpus } from './nvidia-smi.js';
import { type Device, Nvml, readMemory, readProcesses, readThrottleReasons, readValues } from './nvml-device.js';
import { loadNvml, type NvmlCall } from './nvml-library.js';
import { type GpuReading, instanceId } from './reading.js';

/** Device, and what does not change. */
interface Gpu {
  readonly device: Device;
  readonly id: string;
  readonly index: number;
  readonly name: string;
  readonly xidErrors: Map<number, number>;
}

/** Number of Xid errors by UUID of the GPU and code. */
export type XidErrors = Map<string, Map<number, number>>;

const xidEvent = 8n;
const eventSize = 32;
/** Events that one reading takes; more are left to the next one. */
const maxEvents = 100;

/** Opens NVML; `undefined` if `koffi` or NVML is not installed, or no driver is loaded. */
export async function openNvml(path: string, xidErrors: XidErrors = new Map()): Promise<NvmlReader | undefined> {
  const call = await loadNvml(path);
  if (call === undefined || (await call('nvmlInit_v2')) !== 0) return undefined;
  return new NvmlReader(call, xidErrors);
}

/** NVML that has been initialized. */
export class NvmlReader {
  readonly #nvml: Nvml;
  readonly #xidErrors: XidErrors;
  #gpus: readonly Gpu[] | undefined;
  #events: bigint | undefined;

  constructor(call: NvmlCall, xidErrors: XidErrors) {
    this.#nvml = new Nvml(call);
    this.#xidErrors = xidErrors;
  }

  /**
   * Returns a reading of each GPU and MIG instance; `undefined` without a GPU.
   *
   * @throws {Error} if no GPU reports any value: after a reset of a GPU, NVML must be opened again.
   */
  async read(): Promise<Gpus> {
    this.#gpus ??= await this.#find();
    await this.#takeEvents(this.#gpus);
    const readings: GpuReading[] = [];
    for (const gpu of this.#gpus) readings.push(await this.#readGpu(gpu), ...(await this.#readInstances(gpu)));
    if (readings.length === 0) return undefined;
    if (readings.every(isEmpty)) throw new Error('NVML: no GPU answers');
    return readings;
  }

  /** Shuts NVML down. No reading may be in progress. */
  async close(): Promise<void> {
    if (this.#events !== undefined) await this.#nvml.call('nvmlEventSetFree', this.#events);
    await this.#nvml.call('nvmlShutdown');
  }

  async #find(): Promise<Gpu[]> {
    const nvml = this.#nvml;
    const count = (await nvml.u32('nvmlDeviceGetCount_v2')) ?? 0;
    this.#events = await nvml.u64('nvmlEventSetCreate');
    const gpus: Gpu[] = [];
    for (let index = 0; index < count; index++) {
      const device = await nvml.u64('nvmlDeviceGetHandleByIndex_v2', index);
      const id = device === undefined ? undefined : await nvml.text('nvmlDeviceGetUUID', device);
      if (device === undefined || id === undefined) continue;
      const name = (await nvml.text('nvmlDeviceGetName', device)) ?? 'NVIDIA GPU';
      const xidErrors = this.#xidErrors.get(id) ?? new Map<number, number>();
      this.#xidErrors.set(id, xidErrors);
      gpus.push({ device, id, index, name, xidErrors });
      if (this.#events !== undefined) await nvml.call('nvmlDeviceRegisterEvents', device, xidEvent, this.#events);
    }
    return gpus;
  }

  /** Counts the errors since the last reading. A wait of 0 ms returns at once. */
  async #takeEvents(gpus: readonly Gpu[]): Promise<void> {
    if (this.#events === undefined) return;
    const out = Buffer.alloc(eventSize);
    for (let taken = 0; taken < maxEvents; taken++) {
      if ((await this.#nvml.call('nvmlEventSetWait_v2', this.#events, out, 0)) !== 0) return;
      const device = out.readBigUInt64LE();
      const gpu = gpus.find((each) => each.device === device);
      const code = Number(out.readBigUInt64LE(16));
      if (out.readBigUInt64LE(8) === xidEvent) gpu?.xidErrors.set(code, (gpu.xidErrors.get(code) ?? 0) + 1);
    }
  }

  async #readGpu({ device, id, index, name, xidErrors }: Gpu): Promise<GpuReading> {
    return {
      id,
      index,
      name,
      vendor: 'NVIDIA',
      ...(await readValues(this.#nvml, device)),
      throttleReasons: await readThrottleReasons(this.#nvml, device),
      xidErrors: new Map(xidErrors),
      processes: await readProcesses(this.#nvml, device),
    };
  }

  async #readInstances({ device: parent, id: parentId, name }: Gpu): Promise<GpuReading[]> {
    const nvml = this.#nvml;
    const [mode, pending] = [Buffer.alloc(4), Buffer.alloc(4)];
    if ((await nvml.call('nvmlDeviceGetMigMode', parent, mode, pending)) !== 0 || mode.readUInt32LE() !== 1) return [];
    const max = (await nvml.u32('nvmlDeviceGetMaxMigDeviceCount', parent)) ?? 0;
    const readings: GpuReading[] = [];
    for (let index = 0; index < max; index++) {
      // Positions without an instance are not found.
      const device = await nvml.u64('nvmlDeviceGetMigDeviceHandleByIndex', parent, index);
      if (device === undefined) continue;
      const gpuInstance = await nvml.u32('nvmlDeviceGetGpuInstanceId', device);
      const computeInstance = await nvml.u32('nvmlDeviceGetComputeInstanceId', device);
      if (gpuInstance === undefined || computeInstance === undefined) continue;
      readings.push({
        id: instanceId(parentId, gpuInstance, computeInstance),
        index,
        name: (await nvml.text('nvmlDeviceGetName', device)) ?? name,
        vendor: 'NVIDIA',
        parent: parentId,
        ...(await readMemory(nvml, device)),
        processes: await readProcesses(nvml, device),
      });
    }
    return readings;
  }
}

function isEmpty({ index: _, ...reading }: GpuReading): boolean {
  return !Object.values(reading).some((value) => typeof value === 'number');
}
