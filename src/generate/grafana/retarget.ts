/**
 * Other names and fewer panels in a rendered dashboard. The dashboards of the package are part of it as JSON, with the names
 * of a scrape; those of another path, namespace or role are made from it, without the foundation SDK.
 */
import type { Dashboard } from '../../panels/dashboard.js';
import { type NamingOptions, queryNames } from '../../panels/promql/names.js';
import { layout } from './layout.js';
import { literal } from './panel.js';
import { expressionOf, legendOf, variablesOf } from './queries.js';

interface RenderedPanel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly object[];
}

interface Rendered {
  readonly panels: readonly RenderedPanel[];
  readonly templating: { readonly list: readonly { readonly type: string }[] };
}

/**
 * Returns a copy of a rendered dashboard with the names and panels of another one.
 *
 * @param rendered of a dashboard that has at least the panels and the variables of `dashboard`, under the same titles.
 */
export function retarget(rendered: object, dashboard: Dashboard, naming: NamingOptions): object {
  const names = queryNames(naming);
  const { panels, templating } = rendered as Rendered;
  const row = panels.find(({ type }) => type === 'row');
  const byTitle = new Map(panels.filter(({ type }) => type !== 'row').map((panel) => [panel.title, panel]));
  const variables = variablesOf(dashboard, names);
  const queryVariables = templating.list.filter(({ type }) => type === 'query');
  return {
    ...rendered,
    uid: dashboard.uid,
    title: literal(dashboard.title),
    description: literal(dashboard.description),
    templating: {
      list: [
        ...templating.list.filter(({ type }) => type !== 'query'),
        ...variables.map(({ name, query }, index) => ({ ...queryVariables[index], name, query, definition: query })),
      ],
    },
    panels: layout(dashboard).map((placed) => {
      const { id, position: gridPos, panel } = placed;
      if (panel === undefined) return { ...row, id, gridPos, title: literal(placed.row.title) };
      const found = byTitle.get(literal(panel.title));
      const targets = panel.queries.map((query, index) => ({
        ...found?.targets?.[index],
        expr: expressionOf(query, dashboard, names),
        legendFormat: legendOf(query, panel, names),
      }));
      return { ...found, id, gridPos, targets };
    }),
  };
}
