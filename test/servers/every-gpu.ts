/** GPUs: a fake nvidia-smi, files of AMD, and where a C compiler exists a fake NVML, which has what nvidia-smi lacks. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GpuOptions } from 'otelier/collectors/gpu';
import { fakeNvidiaSmi } from '../support/fake-nvidia-smi.js';

/** Answers every queried field with a number, except those that are texts. */
const everyField = `
row() {
  line=; IFS=,
  for field in $fields; do
    case $field in
      count) value=2 ;; index) value=$1 ;; uuid) value=GPU-$1 ;; name) value='Fake GPU' ;;
      mig.mode.current) value=Disabled ;;
      clocks_event_reasons*|clocks_throttle_reasons*) value=0x00000000000000ff ;;
      *) value=$((40 + round % 7)) ;;
    esac
    line="$line, $value"
  done
  unset IFS; echo "\${line#, }"
}
while :; do print; sleep 0.2; done`;

/** Options of two collectors, which read different fakes. */
export interface FakeGpus {
  /** GPUs of nvidia-smi, and of AMD. */
  readonly smi: GpuOptions;
  /** GPUs of NVML; none without a compiler. */
  readonly nvml: GpuOptions;
  remove(): void;
}

export const hasCompiler = spawnSync('cc', ['--version']).status === 0;

const fixture = (path: string) => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));

export function fakeGpus(): FakeGpus {
  const { command, folder, remove } = fakeNvidiaSmi(everyField);
  const missing = join(folder, 'missing');
  const smi = { command, library: missing, sysfs: fixture('amdgpu/server-6.8') };
  const nvml = { command: missing, library: hasCompiler ? compiledIn(folder) : missing, sysfs: missing };
  return { smi, nvml, remove };
}

function compiledIn(folder: string): string {
  const library = join(folder, 'libnvidia-ml.so.1');
  const flags = ['-shared', '-fPIC', '-w', '-o', library];
  const { status, stderr } = spawnSync('cc', [...flags, fixture('nvml/fake-nvml.c')]);
  if (status !== 0) throw new Error(String(stderr));
  return library;
}
