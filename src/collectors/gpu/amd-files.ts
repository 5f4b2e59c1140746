/**
 * Parser of the files in which the kernel driver amdgpu shows one GPU.
 *
 * @see https://docs.kernel.org/gpu/amdgpu/thermal.html
 * @see https://docs.kernel.org/gpu/amdgpu/driver-misc.html
 */
import { type GpuReading, toBase, type Unit, units } from './reading.js';

/** Files of the device; those below `hwmon/` are in the folder of its sensors. */
export const amdFiles = [
  'uevent',
  'unique_id',
  'product_name',
  'gpu_busy_percent',
  'mem_busy_percent',
  'mem_info_vram_used',
  'mem_info_vram_total',
  'ras/umc_err_count',
  'hwmon/power1_average',
  'hwmon/power1_input',
  'hwmon/power1_cap',
  'hwmon/freq1_input',
  'hwmon/freq2_input',
  'hwmon/temp1_input',
  'hwmon/temp1_label',
  'hwmon/temp2_input',
  'hwmon/temp2_label',
  'hwmon/temp3_input',
  'hwmon/temp3_label',
] as const;

/** Content by file; a file that does not exist or cannot be read is absent. */
export type AmdFiles = Readonly<Partial<Record<(typeof amdFiles)[number], string>>>;

/** Parses the files of one GPU. */
export function parseAmdGpu(files: AmdFiles, index: number): GpuReading {
  const value = (file: keyof AmdFiles, unit: Unit) => toBase(numberOf(files[file]), unit);
  const temperature = (label: string) => {
    const number = ([1, 2, 3] as const).find((each) => files[`hwmon/temp${each}_label`]?.trim() === label);
    return number && value(`hwmon/temp${number}_input`, units.millicelsius);
  };
  const [, address] = /^PCI_SLOT_NAME=(\S+)$/m.exec(files.uevent ?? '') ?? [];
  const [, device] = /^PCI_ID=1002:([\dA-F]{4})$/im.exec(files.uevent ?? '') ?? [];
  const uniqueId = files.unique_id?.trim();
  const errors = (kind: string) =>
    toBase(numberOf(new RegExp(`^${kind}: *(.*)$`, 'm').exec(files['ras/umc_err_count'] ?? '')?.[1]), units.errors);
  return {
    // Integrated GPUs have no unique id, or one of zeros.
    id: uniqueId !== undefined && /^(?!0+$)[\da-f]{8,}$/i.test(uniqueId) ? uniqueId : (address ?? `card${index}`),
    index,
    name: files.product_name?.trim() || (device === undefined ? 'AMD GPU' : `AMD GPU ${device.toLowerCase()}`),
    vendor: 'AMD',
    utilization: value('gpu_busy_percent', units.percent),
    memoryControllerUtilization: value('mem_busy_percent', units.percent),
    memoryUsedBytes: value('mem_info_vram_used', units.bytes),
    memoryTotalBytes: value('mem_info_vram_total', units.bytes),
    powerWatts: value('hwmon/power1_average', units.microwatts) ?? value('hwmon/power1_input', units.microwatts),
    powerLimitWatts: value('hwmon/power1_cap', units.microwatts),
    // Without a label, the only sensor is that of the chip.
    temperatureCelsius:
      temperature('edge') ?? temperature('junction') ?? value('hwmon/temp1_input', units.millicelsius),
    memoryTemperatureCelsius: temperature('mem'),
    clockHertz: value('hwmon/freq1_input', units.hertz),
    memoryClockHertz: value('hwmon/freq2_input', units.hertz),
    correctedErrors: errors('ce'),
    uncorrectedErrors: errors('ue'),
  };
}

function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d{1,20}$/.test(trimmed) ? Number(trimmed) : undefined;
}
