/** Runs commands and servers for the cases of the matrix, with a small environment and a deadline. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** Every command that still runs, by its process group. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.once('exit', () => {
  for (const child of running) killGroup(child);
});

/**
 * Runs a command to its end and returns `{ stdout, stderr }`. Throws with the end of its output if it fails or takes
 * longer than `timeoutMs`.
 */
export async function run(command, args, options) {
  const { timeoutMs = 180_000 } = options;
  const { child, texts, end } = start(command, args, options);
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutMs);
  const { code, signal } = await end.finally(() => clearTimeout(deadline));
  if (code === 0) return texts;
  const reason = timedOut ? `took longer than ${timeoutMs / 1_000} s` : `ended with ${signal ?? `code ${code}`}`;
  throw new Error(`${shown(command, args)} ${reason}\n${tail(texts.all)}`);
}

/**
 * Starts a server, calls `work` once the server prints `ready`, and stops the server. Returns its output and what `work`
 * returned.
 */
export async function serve(command, args, options, ready, work) {
  const { timeoutMs = 60_000 } = options;
  const { child, texts, end } = start(command, args, options);
  try {
    const deadline = performance.now() + timeoutMs;
    while (!ready.test(texts.all)) {
      if (child.exitCode !== null) throw new Error('ended early');
      if (performance.now() > deadline) throw new Error(`is not ready after ${timeoutMs / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { ...texts, result: await work() };
  } catch (error) {
    throw new Error(`${shown(command, args)}: ${error.message}\n${tail(texts.all)}`, { cause: error });
  } finally {
    killGroup(child, 'SIGTERM');
    const kill = setTimeout(() => killGroup(child), 5_000);
    await end.finally(() => clearTimeout(kill));
  }
}

/** Returns a free port of the loopback interface. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function start(command, args, { cwd, env = {} }) {
  // Certificates of the machine, which package managers need behind a proxy.
  const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
  // A process group of its own, so that a deadline also ends the processes that the command started.
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME, NODE_EXTRA_CA_CERTS, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const texts = { stdout: '', stderr: '', all: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      texts[stream] += text;
      texts.all += text;
    });
  }
  const end = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).finally(() => running.delete(child));
  return { child, texts, end };
}

function killGroup(child, signal = 'SIGKILL') {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function shown(command, args) {
  return [command, ...args].map((part) => part.replace(/^.*\/node_modules\//, '')).join(' ');
}

function tail(text) {
  return text.trimEnd().split('\n').slice(-40).join('\n');
}
