/** Generated files of 1,000 hostile catalogues: every file parses back to what was written, and every query parses. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { MetricsError } from '../../src/errors.js';
import { grafanaDashboard } from '../../src/generate/grafana/dashboard.js';
import { loadFoundationSdk } from '../../src/generate/grafana/sdk.js';
import { ruleFiles, ruleFormats } from '../../src/generate/rules/files.js';
import { prometheusRules } from '../../src/generate/rules/prometheus.js';
import { stackFiles } from '../../src/generate/stack/files.js';
import { yamlText } from '../../src/generate/yaml.js';
import { wellFormed } from '../../src/naming/escaping.js';
import { catalogueDashboard } from '../../src/panels/of-catalogue.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { hostileCatalogue, hostileInput, hostileText } from './hostile-catalogues.js';
import { stackOptions } from './stack-options.js';
import { collectorProblems, composeProblems, kubernetesProblems, secretsIn } from './stack-structure.js';

const sdk = await loadFoundationSdk();
const seed = 20_417;
const namings = [{}, { path: 'otlp' }, { strategy: 'NoTranslation' }, { histograms: 'native' }] as const;

/** Characters that a reader of YAML 1.1 or 1.2 rejects, or reads as something else. */
const unreadable = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** Returns values as files can hold them: texts of Unicode. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [wellFormed(key), readable(each)]));
}

/** Parses a file by both versions of YAML, or as JSON, and checks that nothing in it has another meaning. */
function parsed(path: string, text: string): unknown {
  if (path.endsWith('.json')) return JSON.parse(text);
  if (unreadable.test(text)) throw new Error(`${path}: unreadable ${JSON.stringify(unreadable.exec(text)?.[0])}`);
  const [document, ...more] = parseAllDocuments(text, { version: '1.2', strict: true, uniqueKeys: true });
  if (document === undefined || more.length > 0) throw new Error(`${path}: ${more.length + 1} documents`);
  if (document.errors.length + document.warnings.length > 0) throw new Error(`${path}: ${document.errors}`);
  const [one, other] = [document.toJS(), parse(text, { version: '1.1', schema: 'yaml-1.1' })];
  expect(other).toEqual(one);
  return one;
}

interface Rule {
  readonly expr: string;
  readonly annotations?: { readonly summary: string; readonly description: string };
  readonly labels?: Readonly<Record<string, string>>;
}

const action =
  /\{\{ (?:"(\{\{|\}\}|\{)"|\$labels\.[a-zA-Z_]\w*|index \$labels "(?:[^"\\]|\\.)*"|\$value \| humanize\w*) \}\}/g;

/** Returns a template's text with its braces; other actions become `<>`. Go finds no further action in it. */
function shown(template: string): string {
  const rest = template.replace(action, '');
  // Go reads from the left: what remains must not begin an action together with its neighbours.
  const pieces = template.split(action).filter((_, index) => index % 2 === 0);
  if (rest.includes('{{') && pieces.some((piece) => piece.includes('{{'))) throw new Error(`not a text: ${template}`);
  if (/\{\{\{/.test(template)) throw new Error(`three braces: ${template}`);
  return template.replace(action, (_, braces?: string) => braces ?? '<>');
}

test('files of 1,000 catalogues', { timeout: 600_000 }, () => {
  let valid = 0;
  let drawn = 0;
  fc.assert(
    fc.property(hostileInput, fc.constantFrom(...namings), (input, naming) => {
      drawn += 1;
      let made: ReturnType<typeof hostileCatalogue>;
      try {
        made = hostileCatalogue(input);
      } catch (error) {
        if (error instanceof MetricsError) return;
        throw error;
      }
      valid += 1;
      const { catalogue, groups } = made;
      const expected = readable(prometheusRules(groups, naming));
      for (const format of ruleFormats) {
        for (const [path, text] of ruleFiles([{ name: 'hostile', groups }], format, naming)) {
          if (path.endsWith('.md')) continue;
          const found = parsed(path, text);
          if (format === 'prometheus') expect(found).toEqual(expected);
          if (format === 'operator') expect((found as { spec: unknown }).spec).toEqual(expected);
        }
      }
      for (const { expr, annotations, labels = {} } of (expected as { groups: { rules: Rule[] }[] }).groups.flatMap(
        ({ rules }) => rules,
      )) {
        expect([expr, firstErrorIn(expr)]).toEqual([expr, undefined]);
        for (const label of Object.values(annotations === undefined ? {} : labels)) shown(label);
        if (annotations !== undefined) shown(annotations.summary);
      }
      const [, busy] = (expected as { groups: { rules: Rule[] }[] }).groups[0]?.rules ?? [];
      expect(shown(busy?.annotations?.description ?? '')).toBe(wellFormed(input.description));
      expect(shown(busy?.labels?.['owner'] ?? '')).toBe(wellFormed(input.labels[1]));
      checkDashboard(catalogue, naming);
      if (valid % 10 === 0) checkStack(made, naming);
    }),
    { seed, numRuns: 1_400 },
  );
  expect(valid).toBeGreaterThanOrEqual(1_000);
  expect(drawn).toBeGreaterThanOrEqual(1_400);
});

/** Types of the panels of a hostile catalogue, with their numbers of queries. */
const shapesOfPanels = [
  ['row', 0],
  ['timeseries', 1],
  ['row', 0],
  ['timeseries', 3],
  ['heatmap', 1],
  ['row', 0],
  ['timeseries', 1],
];

function checkDashboard(catalogue: ReturnType<typeof hostileCatalogue>['catalogue'], naming: object): void {
  const rendered = grafanaDashboard(sdk, catalogueDashboard(catalogue, { uid: 'hostile', title: 'x' }), naming);
  const text = JSON.stringify(rendered);
  const { panels } = JSON.parse(text) as { panels: { type: string; targets?: object[] }[] };
  const shapes = panels.map(({ type, targets = [] }) => [type, targets.length]);
  expect(shapes).toEqual(shapesOfPanels);
  for (const [, expression] of text.matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)) {
    const expr = (JSON.parse(expression as string) as string).replace(/\$__rate_interval/g, '5m');
    expect([expr, firstErrorIn(expr)]).toEqual([expr, undefined]);
  }
}

function checkStack({ catalogue, groups }: ReturnType<typeof hostileCatalogue>, naming: object): void {
  const rules = [{ name: 'hostile', groups }];
  const options = stackOptions({ rules, metrics: catalogue.metrics, naming, notify: ['webhook', 'email', 'slack'] });
  const files = stackFiles(options);
  const benign = stackFiles(stackOptions({ notify: ['webhook', 'email', 'slack'] }));
  for (const [path, text] of files) {
    expect(secretsIn(path, text)).toEqual([]);
    // The files of servers do not depend on catalogues.
    if (/compose|alertmanager|prometheus\.yml|provisioning/.test(path)) expect(text).toBe(benign.get(path));
    if (path.endsWith('downsampling.rules.yaml'))
      for (const { expr } of (parsed(path, text) as { groups: { rules: Rule[] }[] }).groups.flatMap(
        (each) => each.rules,
      ))
        expect([expr, firstErrorIn(expr)]).toEqual([expr, undefined]);
  }
  expect(composeProblems([parse(files.get('docker-compose.yaml') ?? '') as object], files)).toEqual([]);
  expect(collectorProblems(parse(files.get('conf/otel-collector/config.yaml') ?? ''))).toEqual([]);
  const resources = [...files].filter(([path]) => path.startsWith('kubernetes/'));
  expect(
    kubernetesProblems(
      resources.flatMap(([, text]) => parseAllDocuments(text).map((each) => each.toJS({ maxAliasCount: 0 }) as object)),
    ),
  ).toEqual([]);
}

test('options of a stack are hostile: refused, or written as they are', { timeout: 300_000 }, () => {
  const option = fc.oneof(hostileText, { arbitrary: fc.stringMatching(/^[\w.-]{1,20}$/), weight: 4 });
  let accepted = 0;
  fc.assert(
    fc.property(option, option, option, (job, target, channel) => {
      try {
        const files = stackFiles(
          stackOptions({ job, targets: [`${target}:1`], slackChannel: channel, notify: ['slack'] }),
        );
        accepted += 1;
        const config = parsed('x.yaml', files.get('conf/prometheus/prometheus.yml') ?? '') as {
          scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
        };
        expect(config.scrape_configs[0]).toMatchObject({
          job_name: job,
          static_configs: [{ targets: [`${target}:1`] }],
        });
        expect(files.get('kubernetes/servicemonitor.yaml')).toContain('targetLabel: job');
        const resources = [...files].filter(([path]) => path.startsWith('kubernetes/'));
        const documents = resources.flatMap(([, text]) => parseAllDocuments(text).map((each) => each.toJS() as object));
        expect(kubernetesProblems(documents)).toEqual([]);
      } catch (error) {
        if (!(error instanceof MetricsError)) throw error;
      }
    }),
    { seed, numRuns: 300 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test('texts and keys of any characters keep their structure in YAML', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(fc.dictionary(hostileText, hostileText), hostileText, (dictionary, header) => {
      const text = yamlText({ list: [dictionary], [header]: header }, [header]);
      expect(parsed('x.yaml', text)).toEqual(readable({ list: [dictionary], [header]: header }));
    }),
    { seed, numRuns: 1_000 },
  );
});
