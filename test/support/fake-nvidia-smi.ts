/** A fake nvidia-smi: a shell script that prints the queried fields of two GPUs, and does what a test wants. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of the fake, and what it did. */
export interface FakeSmi {
  /** Folder of the program, for PATH. */
  readonly folder: string;
  readonly command: string;
  /** Replaces the behaviour; for the next start. */
  become(behaviour: string): void;
  /** Returns the arguments of each start. */
  starts(): string[];
  /** Returns the ids of the processes that still exist, as zombies too: the program, and the shell that started it. */
  alive(): number[];
  /** Returns `alive` without zombies: those of orphans are left to the first process of the machine. */
  running(): number[];
  remove(): void;
}

/** Prints the GPUs each tenth of a second; utilization of the encoder is the number of the round. */
export const streams = 'while :; do print; sleep 0.1; done';
/** Prints the GPUs, and then nothing. */
export const stalls = 'print; exec sleep 1000';

const script = (folder: string, behaviour: string) => `#!/bin/sh
echo "$$ $PPID" >> ${folder}/processes
echo "$*" >> ${folder}/starts
fields=\${1#--query-gpu=}
round=0
row() {
  line=
  IFS=,
  for field in $fields; do
    case $field in
      count) value=2 ;;
      index) value=$1 ;;
      uuid) value=GPU-$1 ;;
      utilization.gpu) value=$((40 + $1)) ;;
      utilization.encoder) value=$round ;;
      memory.used) value=1024 ;;
      memory.total) value=4096 ;;
      mig.mode.current) value=\${mig:-Disabled} ;;
      name) value='Fake GPU' ;;
      *) value='[N/A]' ;;
    esac
    line="$line, $value"
  done
  unset IFS
  echo "\${line#, }"
}
print() { round=$((round + 1)); row 0; row 1; }
${behaviour}
`;

/** Creates the fake. */
export function fakeNvidiaSmi(behaviour: string): FakeSmi {
  const folder = mkdtempSync(join(tmpdir(), 'nvidia-smi-'));
  const command = join(folder, 'nvidia-smi');
  const linesOf = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  const alive = () => {
    const pids = linesOf('processes').flatMap((line) => line.split(' ').map(Number));
    return pids.filter((pid) => pid !== process.pid && existsSync(`/proc/${pid}`));
  };
  const become = (next: string) => writeFileSync(command, script(folder, next));
  become(behaviour);
  chmodSync(command, 0o755);
  return {
    folder,
    command,
    become,
    starts: () => linesOf('starts'),
    alive,
    running: () => alive().filter((pid) => !/^\d+ \(.*\) Z/.test(statOf(pid))),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Returns the state of a process, as a zombie if it is gone. */
function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return `${pid} () Z`;
  }
}
