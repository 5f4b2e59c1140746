/** Options that select metrics and their names. */
import { type Command, Option } from 'commander';
import { translationStrategies } from '../naming/prometheus.js';

/** Adds the options of `SourceFlags`. @param packs description of `--pack`. */
export function withSourceOptions(command: Command, packs: string): Command {
  return command
    .option('--pack <name...>', packs)
    .option('--catalogue <file...>', 'modules that export catalogues, dashboards, rules or objectives')
    .option('--namespace <name>', 'namespace of the metrics of the packs')
    .addOption(
      new Option('--naming <path>', 'names of a scrape, or of OTLP through a Collector')
        .choices(['prometheus', 'otlp'])
        .default('prometheus'),
    )
    .addOption(new Option('--strategy <name>', 'translation strategy of the names').choices([...translationStrategies]))
    .addOption(
      new Option('--histograms <form>', 'form of all histograms in Prometheus').choices(['classic', 'native']),
    );
}
