/** A dashboard: rows of panels, and the labels that its readers filter by. Plain data, which generators render. */

import { MetricsError, type Problem } from '../errors.js';
import { requireFields, requireKnown } from './arguments.js';
import type { Duration } from './duration.js';
import { secondsOf } from './duration.js';
import type { Panel, Role } from './panel.js';
import { groupLabels, type Selectable } from './select.js';

/** Panels under a common title. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Label that readers of a dashboard filter by: an attribute, whose values are those of one metric. */
export interface Variable {
  readonly attribute: string;
  /** Metric whose series have the attribute. */
  readonly metric: Selectable;
}

/** Options of a dashboard. */
export interface DashboardOptions {
  /** Identifier in Grafana: 1 to 40 letters, digits, `-` and `_`. It must not change. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
  readonly tags?: readonly string[];
  /** Interval of refreshes; `30s` by default. */
  readonly refresh?: Duration;
  /** Shown period before now; `1h` by default. */
  readonly last?: Duration;
  /** Filters beside those of job and instance. */
  readonly variables?: readonly Variable[];
}

/** A dashboard with its defaults. */
export type Dashboard = Required<DashboardOptions>;

/** Returns a row of panels. */
export function row(title: string, panels: readonly Panel[]): Row {
  return Object.freeze({ title, panels });
}

const fields = ['uid', 'title', 'description', 'rows', 'tags', 'refresh', 'last', 'variables'];

/**
 * Returns a dashboard.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID with all problems: an unknown option, an invalid uid, an empty title, two panels of one title, no
 * panels, a duration that is not one, a variable whose metric does not declare the attribute.
 *
 * @example
 * const orders = panel({ title: 'Orders', queries: rate(metricsOf(shop).orders) });
 * const overview = dashboard({ uid: 'shop', title: 'Shop', description: 'Orders.', rows: [row('Orders', [orders])] });
 */
export function dashboard(options: DashboardOptions): Dashboard {
  requireFields('dashboard', options, 'uid', 'title', 'rows');
  requireKnown('dashboard', options, fields);
  const { refresh = '30s', last = '1h', tags = [], variables = [] } = options;
  const problems = problemsOf(options);
  if (problems.length > 0) throw new MetricsError('METRICS_PANEL_INVALID', problems);
  secondsOf(refresh, `dashboard ${options.uid}.refresh`);
  secondsOf(last, `dashboard ${options.uid}.last`);
  for (const { metric, attribute } of variables) groupLabels(metric, [attribute]);
  return Object.freeze({ ...options, refresh, last, tags, variables });
}

/**
 * Returns the dashboard of a role: the panels that it needs, without empty rows. The role is part of uid and title.
 */
export function dashboardFor(role: Role, all: Dashboard): Dashboard {
  requireFields('dashboardFor: dashboard', all, 'uid', 'title', 'rows');
  const rows = all.rows
    .map(({ title, panels }) =>
      row(
        title,
        panels.filter((each) => each.roles.includes(role)),
      ),
    )
    .filter(({ panels }) => panels.length > 0);
  const name = `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
  return { ...all, uid: `${all.uid}-${role}`.slice(-40), title: `${all.title} · ${name}`, rows };
}

function problemsOf({ uid, title, rows }: DashboardOptions): Problem[] {
  const where = `dashboard ${JSON.stringify(uid)}`;
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(String(uid)))
    problems.push({ where: `${where}.uid`, value: uid, expected: '1 to 40 letters, digits, - and _' });
  if (typeof title !== 'string' || title.trim() === '')
    problems.push({ where: `${where}.title`, value: title, expected: 'a text' });
  const titles = rows.flatMap(({ panels }) => panels.map((panel) => panel.title));
  if (titles.length === 0) problems.push({ where: `${where}.rows`, expected: 'one or more panels' });
  for (const double of new Set(titles.filter((each, index) => titles.indexOf(each) !== index)))
    problems.push({ where: `${where}.rows`, value: double, expected: 'panels with different titles' });
  return problems;
}
