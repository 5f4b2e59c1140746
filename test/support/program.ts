/** Programs that tests start: waited for by what they print, stopped by process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { vi } from 'vitest';

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lastedMs: number;
}

/** A program that runs, or did. */
export interface Program {
  readonly child: ChildProcess;
  readonly end: Promise<ProgramEnd>;
  /** Everything it printed so far, on both streams. */
  output(): string;
  /** The first group of `pattern` in what it prints, or the whole match; fails when the program ends without. */
  printed(pattern: RegExp): Promise<string>;
  /** Asks it to end, insists after five seconds, and waits until it did. */
  stop(): Promise<void>;
}

/** A test that fails leaves nothing behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program with what finding programs needs of the environment, and `environment`. */
export function startProgram(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Program {
  const { PATH = '', HOME = '' } = process.env;
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: new URL('../..', import.meta.url),
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '', both: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
      texts.both += text;
    });
  }
  const end = new Promise<ProgramEnd>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout: texts.stdout, stderr: texts.stderr, lastedMs: performance.now() - began });
    });
  });
  running.add(child);
  return {
    child,
    end,
    output: () => texts.both,
    printed(pattern) {
      const seen = () => {
        const match = pattern.exec(texts.both);
        if (match !== null) return match[1] ?? match[0];
        throw new Error(`${pattern} is not printed, but: ${texts.both}`);
      };
      return Promise.race([vi.waitFor(seen, { timeout: 20_000, interval: 20 }), end.then(seen)]);
    },
    async stop() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await end.finally(() => clearTimeout(insist));
    },
  };
}

/** Starts Node. */
export function startNode(args: readonly string[], environment?: Record<string, string>): Program {
  return startProgram(process.execPath, args, environment);
}

/** Starts Node on `source`, an ES module that may import `otelier`, as built. */
export function startApp(
  source: string,
  environment?: Record<string, string>,
  nodeArguments: readonly string[] = [],
): Program {
  return startNode([...nodeArguments, '--input-type=module', '--eval', source], environment);
}
