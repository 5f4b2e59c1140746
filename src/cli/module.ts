/** A module of the user: its exported catalogues, dashboards, rules and objectives. */
import { basename } from 'node:path';
import type { Catalogue } from '../catalogue/catalogue.js';
import { MetricsError } from '../errors.js';
import type { Dashboard } from '../panels/dashboard.js';
import { catalogueDashboard, catalogueRules } from '../panels/of-catalogue.js';
import type { RuleGroup } from '../panels/rules.js';
import type { Slo } from '../panels/slo.js';
import type { Source } from './source.js';

/**
 * Returns what a module exports. A catalogue gets a dashboard and rules of its own if the module exports no dashboards.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if it exports nothing of these.
 */
export function sourceOfModule(file: string, exported: Readonly<Record<string, unknown>>): Source {
  const values = exportsOf(exported);
  const name = basename(file).replace(/\.[^.]*$/, '');
  const catalogues = values.filter((entry): entry is [string, Catalogue] => isCatalogue(entry[1]));
  const own = values.map(([, value]) => value).filter(isDashboard);
  const slos = values.map(([, value]) => value).filter(isSlo);
  const groups = values.map(([, value]) => value).filter(isRuleGroup);
  if (catalogues.length + own.length + slos.length + groups.length === 0) {
    const expected = 'exports of defineCatalogue, dashboard, ruleGroup or slo';
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: '--catalogue', value: file, expected }]);
  }
  const generated = catalogues.map(([key, catalogue]) =>
    catalogueDashboard(catalogue, { uid: `${name}-${key}`.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 40), title: key }),
  );
  return {
    name,
    from: `--catalogue ${shortPath(file)}`,
    dashboards: own.length > 0 ? own : generated,
    rules: [
      ...catalogues.flatMap(([key, catalogue]) => catalogueRules(catalogue, key)),
      // A module may also export the rules of an objective.
      ...new Set([...groups, ...slos.map(({ rules }) => rules)]),
    ],
    metrics: catalogues.flatMap(([, { metrics }]) => metrics),
    isShipped: false,
  };
}

/** Returns exported values with their names. A value with two names counts once, by the name that is not `default`. */
function exportsOf(exported: Readonly<Record<string, unknown>>): (readonly [string, object])[] {
  const named = Object.entries(exported).filter(([key]) => !implicit.has(key));
  const others = Object.entries(exported).filter(([key]) => implicit.has(key));
  const values = new Map<object, string>();
  for (const [key, value] of [...named, ...others])
    for (const each of [value].flat().map(Object)) if (!values.has(each)) values.set(each, key);
  return [...values].map(([value, key]) => [key, value]);
}

/** Names that modules export beside those of their authors. */
const implicit: ReadonlySet<string> = new Set(['default', 'module.exports']);

const isCatalogue = (value: object): value is Catalogue => 'definitions' in value && 'metrics' in value;
const isDashboard = (value: object): value is Dashboard => 'uid' in value && 'rows' in value;
const isRuleGroup = (value: object): value is RuleGroup => 'alerts' in value && 'recordings' in value;
const isSlo = (value: object): value is Slo => 'badShare' in value && 'rules' in value;

/** Returns the end of a path, which distinguishes modules: at most two names, and no more than messages show. */
export function shortPath(file: string): string {
  const names = file.split(/[\\/]/);
  const end = names.slice(-2).join('/');
  return names.length <= 2 ? file : `…/${end.length > 16 ? names.at(-1) : end}`;
}
