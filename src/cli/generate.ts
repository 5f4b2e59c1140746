/** The commands `otelier generate …`. */
import { type Command, Option } from 'commander';
import { fit } from '../errors/fit.js';
import type { Files } from '../generate/files.js';
import { grafanaProvisioning } from '../generate/grafana/provisioning.js';
import { type RuleFormat, ruleFiles, ruleFormats } from '../generate/rules/files.js';
import { hasRules, type NamedRules } from '../generate/rules/named-rules.js';
import { stackFiles } from '../generate/stack/files.js';
import { longTermPaths, notifiers, type StackOptions, storages } from '../generate/stack/options.js';
import { dashboardFiles } from './dashboard-files.js';
import { editedFiles, obsoleteFiles, withManifest } from './manifest.js';
import type { Source } from './source.js';
import { withSourceOptions } from './source-options.js';
import { basicPacks, namingOf, type SourceFlags, sourcesOf } from './sources.js';
import { writeFiles } from './write-files.js';

interface DashboardFlags extends SourceFlags {
  readonly out: string;
  readonly role?: 'operator' | 'developer' | 'business';
  readonly provisioning?: boolean;
  readonly prometheusUrl: string;
  readonly scrapeInterval: string;
  readonly grafanaFolder: string;
}

interface RuleFlags extends SourceFlags {
  readonly out: string;
  readonly format: RuleFormat;
  readonly runbooks?: string;
}

interface StackFlags extends SourceFlags, Pick<StackOptions, StackFlag> {
  readonly out: string;
  readonly target: readonly string[];
}

type StackFlag = Exclude<keyof StackOptions, 'targets' | 'naming' | 'dashboards' | 'rules' | 'metrics'>;

/** Adds the commands. */
export function addGenerate(program: Command): void {
  const generate = program
    .command('generate')
    .description('Writes files from the metrics of packs, collectors and your own catalogues.');

  withSources(generate.command('dashboards'), './dashboards', allByDefault)
    .description('Writes dashboards of Grafana, one JSON file each.')
    .addOption(new Option('--role <role>', 'only the panels of a role').choices(['operator', 'developer', 'business']))
    .option('--provisioning', 'also writes provisioning/ for Grafana')
    .option('--prometheus-url <url>', 'URL of Prometheus, for --provisioning', 'http://localhost:9090')
    .option('--scrape-interval <duration>', 'scrape interval of Prometheus, for --provisioning', '15s')
    .option(
      '--grafana-folder <path>',
      'folder of the dashboards on the machine of Grafana',
      '/var/lib/grafana/dashboards',
    )
    .action(async (flags: DashboardFlags) => {
      const { prometheusUrl, scrapeInterval, grafanaFolder } = flags;
      const sources = await sourcesOf(flags);
      const files = new Map(await dashboardFiles(sources, namingOf(flags), flags.role));
      if (files.size === 0) note(sources, `no panels${flags.role === undefined ? '' : ` for the role ${flags.role}`}`);
      if (flags.provisioning) {
        const provisioning = grafanaProvisioning({ prometheusUrl, scrapeInterval, dashboards: grafanaFolder });
        for (const [path, text] of provisioning) files.set(`provisioning/${path}`, text);
      }
      write(files, flags.out);
    });

  withSources(generate.command('rules'), './rules', allByDefault)
    .description('Writes alerts, recording rules and objectives, and a page of runbooks.')
    .addOption(new Option('--format <format>', 'format of the rules').choices([...ruleFormats]).default('prometheus'))
    .option('--runbooks <url>', 'URL of alerts.md; each alert links to its section')
    .action(async (flags: RuleFlags) => {
      const { runbooks } = flags;
      const sources = await sourcesOf(flags);
      const options = { ...namingOf(flags), runbooks };
      write(ruleFiles(sources.map(rulesOf), flags.format, options), flags.out);
      noteWithoutRules(sources);
    });

  addStack(withSources(generate.command('stack'), './stack', basicByDefault));
}

/** Adds the options of the stack. */
function addStack(command: Command): void {
  command
    .description('Writes a folder for docker compose: Prometheus, Alertmanager, Grafana, exporters, an OTel Collector.')
    .option('--job <name>', 'job of the application in Prometheus', 'app')
    .option('--target <host:port...>', 'instances of the application', ['host.docker.internal:9464'])
    .option('--interval <duration>', 'interval of scrapes of the application', '15s')
    .addOption(portOption('prometheus', 9090))
    .addOption(portOption('grafana', 3000))
    .addOption(portOption('alertmanager', 9093))
    .addOption(new Option('--notify <way...>', 'ways to notify people of alerts').choices([...notifiers]).default([]))
    .option('--email-to <address>', 'receiver of e-mails', 'oncall@example.com')
    .option('--email-from <address>', 'sender of e-mails, and its user at the server', 'alertmanager@example.com')
    .option('--smtp <host:port>', 'server of e-mails', 'smtp.example.com:587')
    .option('--slack-channel <name>', 'channel of Slack', '#alerts')
    .addOption(
      new Option('--long-term <path>', 'how downsampled series reach the server that keeps them for a year')
        .choices([...longTermPaths])
        .default('federation'),
    )
    .option('--runbooks <url>', 'URL of alerts.md; each alert links to its section')
    .option('--forward', 'sends what arrives by OTLP to OTLP_FORWARD_ENDPOINT, too', false)
    .addOption(
      new Option('--scale <storage>', 'adds scale/: OTel Collectors and a storage on many machines').choices([
        ...storages,
      ]),
    )
    .addOption(
      new Option('--series <number>', 'number of active series, for the sizes in README.md')
        .argParser(Number)
        .default(10_000),
    )
    .action(async ({ target, ...flags }: StackFlags) => {
      const [sources, naming] = [await sourcesOf(flags, basicPacks), namingOf(flags)];
      const dashboards = await dashboardFiles(sources, naming, undefined);
      const rules = sources.map(rulesOf);
      const metrics = sources.flatMap((source) => source.metrics);
      writeStack(stackFiles({ ...flags, targets: target, naming, dashboards, rules, metrics }), flags.out);
      noteWithoutRules(sources);
    });
}

function portOption(server: string, port: number): Option {
  return new Option(`--${server}-port <port>`, `port of ${server} on this machine`).argParser(Number).default(port);
}

const allByDefault = 'packs and collectors; all by default, none with --catalogue';
const basicByDefault = `packs and collectors; name those of the application; ${basicPacks.join(', ')} by default`;

/** Adds the options of a command that writes files. */
function withSources(command: Command, out: string, packs: string): Command {
  return withSourceOptions(command.option('--out <folder>', 'folder of the files', out), packs);
}

function rulesOf({ name, from, rules: groups }: Source): NamedRules {
  return { name, from, groups };
}

/** Notes the modules without rules, or all sources if no source has rules. */
function noteWithoutRules(sources: readonly Source[]): void {
  const without = sources.filter((each) => !hasRules(rulesOf(each)));
  const noted = without.length === sources.length ? without : without.filter(({ isShipped }) => !isShipped);
  if (noted.length > 0) note(noted, 'no alerts, recording rules or objectives');
}

function note(sources: readonly Source[], missing: string): void {
  const names = sources.map(({ from }) => from).join(', ');
  warn(fit`${names}: ${missing}`);
}

function warn(text: string): void {
  process.stderr.write(`otelier: ${text}\n`);
}

function write(files: Files, folder: string): void {
  for (const path of writeFiles(files, folder)) process.stdout.write(`${path}\n`);
}

/** Writes a folder that has no other files of the command. */
function writeStack(files: Files, folder: string): void {
  const { stale, changed } = obsoleteFiles(files, folder);
  const edited = editedFiles(files, folder);
  for (const path of writeFiles(withManifest(files), folder, stale, edited)) process.stdout.write(`${path}\n`);
  for (const [path, copy] of edited) warn(fit`overwrote ${path}, which was changed; a copy is ${copy}`);
  for (const path of stale) warn(fit`removed ${path}, which is not generated any more`);
  for (const path of changed)
    warn(fit`kept ${path}, which is not generated any more, because it was changed; delete it`);
}
