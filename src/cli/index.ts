#!/usr/bin/env node
/** The command `otelier`: reads arguments, calls a generator, writes files, prints, or shows live metrics. */
import { Command } from 'commander';
import { messageOf } from '../errors.js';
import { version } from '../version.js';
import { addAudit } from './audit.js';
import { addGenerate } from './generate.js';
import { addTop } from './top/command.js';

const program = new Command('otelier')
  .description('Generates dashboards, alerts and monitoring stacks from metric definitions; shows live metrics.')
  .version(version)
  .showSuggestionAfterError(true)
  .showHelpAfterError('(otelier --help lists the commands)');
addGenerate(program);
addAudit(program);
addTop(program);

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`otelier: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
// A module of the user may have opened a server or a timer, which would keep the process running.
await Promise.all([process.stdout, process.stderr].map(flushed));
process.exit();

/** A reader such as `head` may stop before the list of files ends; all files are written by then. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
