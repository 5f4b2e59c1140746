/** GPUs: a fake nvidia-smi, and where a C compiler exists a fake NVML, which has what nvidia-smi lacks. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** Starts of the two fakes. */
export interface FakeGpus {
  /** Command of nvidia-smi. */
  readonly command: string;
  /** Path of NVML; `undefined` without a compiler. */
  readonly library: string | undefined;
  remove(): void;
}

export const hasCompiler = spawnSync('cc', ['--version']).status === 0;

export function fakeGpus(): FakeGpus {
  const { command, folder, remove } = fakeNvidiaSmi(everyField);
  if (!hasCompiler) return { command, library: undefined, remove };
  const source = fileURLToPath(new URL('../fixtures/nvml/fake-nvml.c', import.meta.url));
  const library = join(folder, 'libnvidia-ml.so.1');
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-w', '-o', library, source]);
  if (status !== 0) throw new Error(String(stderr));
  return { command, library, remove };
}
