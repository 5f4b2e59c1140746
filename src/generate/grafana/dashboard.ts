/**
 * Dashboards of Grafana, rendered with its foundation SDK.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
import type { Dashboard } from '../../panels/dashboard.js';
import { type NamingOptions, queryNames } from '../../panels/promql/names.js';
import { layout } from './layout.js';
import { datasource, grafanaPanel, literal } from './panel.js';
import { type LabelVariable, variablesOf } from './queries.js';
import type { FoundationSdk } from './sdk.js';

/** Returns the JSON model of a dashboard. */
export function grafanaDashboard(sdk: FoundationSdk, dashboard: Dashboard, naming: NamingOptions = {}): object {
  const names = queryNames(naming);
  const { DashboardBuilder, DashboardCursorSync, DatasourceVariableBuilder, RowBuilder } = sdk.dashboard;
  const { uid, title, description, tags, refresh, last } = dashboard;
  const builder = new DashboardBuilder(literal(title))
    .uid(uid)
    .description(literal(description))
    .tags(['otelier', ...tags])
    .refresh(refresh)
    .time({ from: `now-${last}`, to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const variable of variablesOf(dashboard, names)) builder.withVariable(labelVariable(sdk, variable));
  for (const placed of layout(dashboard)) {
    const { id, position, panel } = placed;
    if (panel === undefined) builder.withRow(new RowBuilder(literal(placed.row.title)).id(id).gridPos(position));
    else builder.withPanel(grafanaPanel(sdk, panel, { id, position, dashboard, names }));
  }
  return builder.build();
}

function labelVariable({ dashboard }: FoundationSdk, { name, label, query }: LabelVariable) {
  return (
    new dashboard.QueryVariableBuilder(name)
      .label(literal(label))
      .datasource(datasource)
      .query(query)
      .definition(query)
      .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
      .sort(dashboard.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      // Matches series without the label, too.
      .allValue('.*')
      .current({ selected: true, text: 'All', value: '$__all' })
  );
}
