/** Runs a small application in a process of its own, on the built package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** How the application ended. */
export interface AppEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lastedMs: number;
}

/** A running application. */
export interface App {
  readonly child: ChildProcess;
  readonly end: Promise<AppEnd>;
  /** Resolves once stdout holds `text`. */
  said(text: string): Promise<void>;
}

/** Starts Node on `source`, an ES module that may import `otelier`; killed after 20 seconds. */
export function startApp(source: string, environment: Record<string, string> = {}, nodeArguments: string[] = []): App {
  return spawnNode([...nodeArguments, '--input-type=module', '--eval', source], environment);
}

/** Starts Node with arguments, in the root of the repository, with nothing of OpenTelemetry's in its environment. */
export function spawnNode(nodeArguments: readonly string[], environment: Record<string, string> = {}): App {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OTEL|VITEST|NODE_)/.test(name)),
  );
  const began = performance.now();
  const child = spawn(process.execPath, nodeArguments, {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    for (const check of waiting) check();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const end = new Promise<AppEnd>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, lastedMs: performance.now() - began }));
  });
  return {
    child,
    end,
    async said(text) {
      const seen = new Promise<void>((resolve) => {
        const check = () => {
          if (stdout.includes(text)) resolve();
        };
        waiting.add(check);
        check();
      });
      await Promise.race([
        seen,
        end.then(({ stdout: out, stderr: errors }) => {
          if (!out.includes(text))
            throw new Error(`The application ended without saying "${text}":\n${out}\n${errors}`);
        }),
      ]);
    },
  };
}
