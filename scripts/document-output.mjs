/** Runs a program of a document as a user would, in an environment without variables. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Returns what a program prints, standard error included, and `failure` if it did not end by itself with code 0.
 * Times have one fixed value.
 *
 * @param limitMs time after which the program is killed, in milliseconds: a program that leaves a port open does not end.
 */
export async function outputOf(file, limitMs = 30_000) {
  const printed = `${file}.txt`;
  // A file keeps the order of both streams.
  const descriptor = openSync(printed, 'w');
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [file], {
    cwd: dirname(file),
    env: { PATH, HOME },
    stdio: ['ignore', descriptor, descriptor],
    timeout: limitMs,
    // A program may handle SIGTERM and end with code 0.
    killSignal: 'SIGKILL',
  });
  const [code, signal] = await new Promise((ended) => child.on('close', (...how) => ended(how)));
  closeSync(descriptor);
  const output = readFileSync(printed, 'utf8').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-29T09:30:00.000Z');
  const ended = signal === null ? `ended with code ${code}` : `did not end within ${limitMs / 1000} seconds`;
  // A block of a page ends with one line feed.
  return { output: `${output.trimEnd()}\n`, failure: code === 0 ? undefined : ended };
}
