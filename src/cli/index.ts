#!/usr/bin/env node
/** The command `otelier`: reads arguments, calls a generator, writes files, prints, or shows live metrics. */
import { Command, CommanderError } from 'commander';
import { messageOf } from '../errors.js';
import { version } from '../version.js';
import { addAudit } from './audit.js';
import { addGenerate } from './generate.js';
import { addTop } from './top/command.js';

const program = new Command('otelier')
  .description('Generates dashboards, alerts and monitoring stacks from metric definitions; shows live metrics.')
  .version(version)
  .showSuggestionAfterError(true)
  .showHelpAfterError('(otelier --help lists the commands)')
  // Otherwise commander exits after a help text, before a failed write is known.
  .exitOverride();
addGenerate(program);
addAudit(program);
addTop(program);

let outputFailure: Error | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may stop before the list of files ends; all files are written by then.
    if (error.code !== 'EPIPE') outputFailure = error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else fail(messageOf(error));
}
await Promise.all([process.stdout, process.stderr].map(flushed));
if (outputFailure !== undefined) fail(`output failed: ${outputFailure.message}`);
// A module of the user may have opened a server or a timer, which would keep the process running.
process.exit();

function fail(message: string): void {
  process.stderr.write(`otelier: ${message}\n`);
  process.exitCode = 1;
}

/** Resolves when the stream has taken or refused all of its data, and has reported its errors. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}
