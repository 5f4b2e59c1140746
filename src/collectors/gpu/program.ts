/**
 * A program that prints lines until it is stopped, and that never outlives this process.
 *
 * Its standard input is the life line. A shell waits for the end of the input and then kills the program, so the program
 * also ends if this process is killed, and even if the program hangs and would never notice a closed output.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';

const shell = '/bin/sh';
const watch = `exec 3<&0
"$@" 3<&- & program=$!
{ read -r _; kill -9 $program; } <&3 >/dev/null 2>&1 & watcher=$!
wait $program; code=$?
exec 2>/dev/null
kill -9 $watcher; wait $watcher
exit $code`;

/** Longest line that is kept. */
const maxLineLength = 10_000;

/** How a program ended. */
export interface ProgramEnd {
  /** Exit code; `null` after a signal or if the program could not be started. */
  readonly code: number | null;
  /** Last line that it printed to either output, or the reason why it could not be started. */
  readonly lastLine: string;
}

/** Running program. */
export interface RunningProgram {
  /** Kills the program. `onEnd` is called when it has ended. */
  stop(): void;
}

/**
 * Starts a program. It does not keep this process alive.
 *
 * @param onLine called with each line of both outputs, without its end.
 * @param onEnd called once, after the last line.
 */
export function startProgram(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  onEnd: (end: ProgramEnd) => void,
): RunningProgram {
  let lastLine = '';
  let ended = false;
  const end = (code: number | null, reason = lastLine) => {
    if (ended) return;
    ended = true;
    onEnd({ code, lastLine: reason });
  };
  // Without a shell, as on Windows, a program ends when it prints to a closed output.
  const [file, ...rest] = existsSync(shell) ? [shell, '-c', watch, 'sh', command, ...args] : [command, ...args];
  let child: ChildProcess;
  try {
    // In another process group, so that Ctrl+C in a terminal does not end it before the last collection.
    child = spawn(file as string, rest, { stdio: 'pipe', detached: file === shell, windowsHide: true });
  } catch (error) {
    queueMicrotask(() => end(null, (error as Error).message));
    return { stop() {} };
  }
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    const show = (line: string) => {
      if (line.trim() !== '') lastLine = line.trim();
      onLine(line);
    };
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = (lines.pop() as string).slice(-maxLineLength);
      lines.forEach(show);
    });
    stream?.on('end', () => rest !== '' && show(rest));
  }
  child.unref();
  for (const stream of child.stdio) {
    (stream as Socket | null)?.unref?.();
    // The program may end while its input is closed.
    stream?.on('error', () => {});
  }
  child.on('error', (error) => end(child.exitCode, error.message));
  child.on('close', (code) => end(code));
  return {
    stop() {
      child.stdin?.end();
      if (file !== shell) child.kill('SIGKILL');
    },
  };
}
