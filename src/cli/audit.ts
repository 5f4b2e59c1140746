/** The command `otelier audit`. */
import type { Command } from 'commander';
import { unqueriedMetrics } from '../generate/audit.js';
import { withSourceOptions } from './source-options.js';
import { namingOf, type SourceFlags, sourcesOf } from './sources.js';

/** Adds the command. */
export function addAudit(program: Command): void {
  withSourceOptions(program.command('audit'), 'packs and collectors; all by default, none with --catalogue')
    .description(
      'Lists the metrics that no panel, alert or recording rule queries. Ends with code 1 if there are some.',
    )
    .action(async (flags: SourceFlags) => {
      const sources = await sourcesOf(flags);
      const queries = {
        dashboards: sources.flatMap(({ dashboards }) => dashboards),
        rules: sources.flatMap(({ rules }) => rules),
      };
      let unqueried = 0;
      for (const { from, metrics } of sources) {
        for (const { name, kind } of unqueriedMetrics(metrics, queries, namingOf(flags))) {
          unqueried += 1;
          process.stdout.write(`${name} (${kind}) of ${from}\n`);
        }
      }
      const all = sources.reduce((sum, { metrics }) => sum + metrics.length, 0);
      process.stderr.write(`otelier: no query uses ${unqueried} of ${all} metrics\n`);
      if (unqueried > 0) process.exitCode = 1;
    });
}
