/** Reads AMD's GPUs from the files of the kernel driver amdgpu, one at a time: a read may take milliseconds. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AmdFiles, amdFiles, parseAmdGpu } from './amd-files.js';
import type { Gpus } from './nvidia-smi.js';
import type { GpuReading } from './reading.js';

const amd = '0x1002';

/**
 * Reads the GPUs; `undefined` without a GPU. Of a suspended GPU, only the memory size is read: reading more would resume
 * it.
 *
 * @param sysfs where sysfs is mounted, `/sys`.
 */
export async function readAmdGpus(sysfs: string): Promise<Gpus> {
  const folder = join(sysfs, 'class/drm');
  const cards = (await namesIn(folder)).filter((name) => /^card\d+$/.test(name));
  const devices = cards
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((name) => join(folder, name, 'device'));
  const readings: GpuReading[] = [];
  for (const device of devices) {
    if ((await textOf(join(device, 'vendor')))?.trim() !== amd) continue;
    readings.push(parseAmdGpu(await filesOf(device), readings.length));
  }
  return readings.length > 0 ? readings : undefined;
}

async function filesOf(device: string): Promise<AmdFiles> {
  const isSuspended = (await textOf(join(device, 'power/runtime_status')))?.trim() === 'suspended';
  const [sensors] = await namesIn(join(device, 'hwmon'));
  const files: Record<string, string> = {};
  for (const name of amdFiles) {
    if (name.startsWith('hwmon/') ? sensors === undefined || isSuspended : isSuspended && /busy|used|ras/.test(name))
      continue;
    const text = await textOf(join(device, sensors === undefined ? name : name.replace(/^hwmon/, `hwmon/${sensors}`)));
    if (text !== undefined) files[name] = text;
  }
  return files;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
