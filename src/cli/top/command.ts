/** The command `otelier top`. Its modules load when it runs. */
import { type Command, Option } from 'commander';
import type { TopFlags } from './run-top.js';
import { orders } from './view.js';

/** Adds the command. */
export function addTop(program: Command): void {
  program
    .command('top')
    .description('Shows the metrics of a Prometheus endpoint as a live table.')
    .argument('<url>', 'URL of the endpoint; http:// and /metrics are added where missing')
    .option('--interval <duration>', 'time between scrapes, such as 500ms, 2s or 1m', '2s')
    .option('--filter <text>', 'only series whose name and labels contain all words', '')
    .addOption(new Option('--sort <column>', 'order of the rows').choices([...orders]).default('name'))
    .option('--series', 'one row for each series instead of each metric', false)
    .option('--once', 'prints one table after two scrapes, as without a terminal', false)
    .addOption(
      new Option('--header <header>', "header of the requests, such as 'Authorization: Bearer …'; repeatable")
        .argParser((header: string, headers: readonly string[]) => [...headers, header])
        .default([], 'none'),
    )
    .action(async (url: string, flags: TopFlags) => {
      const { runTop } = await import('./run-top.js');
      process.exitCode = await runTop(url, flags);
    });
}
