/** Starts programs for tests, waits for their output, and stops them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { vi } from 'vitest';
import { longLines } from './long-lines.js';

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lastedMs: number;
}

/** A started program. */
export interface Program {
  readonly child: ChildProcess;
  readonly end: Promise<ProgramEnd>;
  /** Returns the output so far, of both streams. */
  output(): string;
  /** Waits for `pattern` in the output; returns its first group or the match. Rejects if the program ends first. */
  printed(pattern: RegExp): Promise<string>;
  /** Sends SIGTERM, then SIGKILL after five seconds, and waits for the end. */
  stop(): Promise<void>;
}

/** Programs to kill if the test process ends early. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program with `environment`, PATH and HOME. Collectors, whose metrics vary, run only if it names them. */
export function startProgram(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Program {
  const { PATH = '', HOME = '' } = process.env;
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: new URL('../..', import.meta.url),
    env: { PATH, HOME, OTELIER_COLLECTORS: 'none', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '', both: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
      texts.both += text;
    });
  }
  const end = new Promise<ProgramEnd>((resolve, reject) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      const long = longLines(texts.stderr);
      if (long.length > 0) reject(new Error(`lines of the log are too long: ${long.join('\n')}`));
      resolve({ code, signal, stdout: texts.stdout, stderr: texts.stderr, lastedMs: performance.now() - startedAt });
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
        throw new Error(`output does not match ${pattern}: ${texts.both}`);
      };
      return Promise.race([vi.waitFor(seen, { timeout: 20_000, interval: 20 }), end.then(seen)]);
    },
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await end.finally(() => clearTimeout(kill));
    },
  };
}

/** Starts Node. */
export function startNode(args: readonly string[], environment?: Record<string, string>): Program {
  return startProgram(process.execPath, args, environment);
}

/** Starts Node on `source`, an ES module that may import the built `otelier`. */
export function startApp(
  source: string,
  environment?: Record<string, string>,
  nodeArguments: readonly string[] = [],
): Program {
  return startNode([...nodeArguments, '--input-type=module', '--eval', source], environment);
}
