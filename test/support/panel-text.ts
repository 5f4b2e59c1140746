/** Text of dashboards and rules for golden files: every panel, rule and query. */
import {
  type Dashboard,
  type NamingOptions,
  promql,
  type Query,
  queryNames,
  type RuleGroup,
} from '../../src/panels/index.js';

const paths: readonly (readonly [title: string, naming: NamingOptions])[] = [
  ['scrape', {}],
  ['otlp', { path: 'otlp' }],
];

/** Renders a dashboard: one block for each panel. */
export function dashboardText(dashboard: Dashboard): string {
  const { uid, title, description, refresh, last, tags, variables, rows } = dashboard;
  const lines = [`${title} (${uid}): ${description}`, `refresh ${refresh}, last ${last}, tags ${tags.join(', ')}`];
  for (const { attribute, metric } of variables) lines.push(`variable ${attribute} of ${metric.name}`);
  for (const row of rows) {
    lines.push('', `# ${row.title}`);
    for (const panel of row.panels) {
      const { kind, unit, width, height, roles, thresholds = [] } = panel;
      const limits = thresholds.map(({ from, level }) => `${level} from ${from}`).join(', ');
      lines.push(
        '',
        `${panel.title} · ${kind} ${width}×${height} · unit "${unit}" · ${roles.join(', ')}${limits && ` · ${limits}`}`,
      );
      for (const { query, legend = '' } of panel.queries) lines.push(...queryLines(query, legend));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Renders groups of rules. */
export function rulesText(groups: readonly RuleGroup[]): string {
  const lines: string[] = [];
  for (const { name, interval, recordings, alerts } of groups) {
    lines.push('', `# group ${name}${interval === undefined ? '' : ` every ${interval}`}`);
    for (const { name: of, query, labels } of recordings)
      lines.push('', `record ${of} ${JSON.stringify(labels)}`, ...queryLines(query, ''));
    for (const each of alerts) {
      lines.push('', `alert ${each.name} for ${each.for}, ${each.severity} ${JSON.stringify(each.labels)}`);
      lines.push(`  ${each.summary}`, `  ${each.description}`, ...queryLines(each.when, ''));
    }
  }
  return `${lines.join('\n').trimStart()}\n`;
}

/** Returns the PromQL of a query; that of OTLP only if it differs. */
function queryLines(query: Query, legend: string): string[] {
  const texts = paths.map(([, naming]) => promql(query, { names: queryNames(naming), autoWindow: '5m' }));
  const named = texts.map((text, index) => `  ${paths[index]?.[0]}: ${text}${legend && ` → ${legend}`}`);
  return texts[0] === texts[1] ? named.slice(0, 1) : named;
}
