#!/usr/bin/env node
/** The command `otelier`: reads arguments, calls a generator, writes files. */
import { Command } from 'commander';
import { messageOf } from '../errors.js';
import { version } from '../version.js';
import { addGenerate } from './generate.js';

const program = new Command('otelier')
  .description('Generates dashboards, alerts and monitoring stacks from metric definitions.')
  .version(version)
  .showSuggestionAfterError(true)
  .showHelpAfterError('(otelier --help lists the commands)');
addGenerate(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`otelier: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
