/** A panel of Grafana. */
import type { Dashboard } from '../../panels/dashboard.js';
import type { Panel, PanelQuery, Threshold } from '../../panels/panel.js';
import type { QueryNames } from '../../panels/promql/names.js';
import { metricsIn } from '../../panels/query.js';
import { expressionOf, legendOf } from './queries.js';
import type { FoundationSdk } from './sdk.js';
import { grafanaUnit } from './units.js';

/** Data source of all panels: the variable that its reader chooses. */
export const datasource = { type: 'prometheus', uid: '$datasource' } as const;

const colors = { good: 'green', warning: 'orange', critical: 'red' } as const;

/** Kinds that show the latest value of each series. */
const instant: ReadonlySet<Panel['kind']> = new Set(['bars', 'table', 'pie']);

type Position = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** Returns the panel of a dashboard at a position. */
export function grafanaPanel(
  sdk: FoundationSdk,
  panel: Panel,
  { id, position, dashboard, names }: { id: number; position: Position; dashboard: Dashboard; names: QueryNames },
) {
  const { title, description, unit, decimals, min, max, thresholds, queries } = panel;
  const builder = builderOf(sdk, panel);
  builder
    .id(id)
    .title(literal(title))
    .description(literal(description))
    .gridPos(position)
    .datasource(datasource)
    .unit(grafanaUnit(unit))
    .targets(queries.map((query, index) => target(sdk, panel, query, { index, dashboard, names })));
  if (decimals !== undefined) builder.decimals(decimals);
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (thresholds !== undefined) builder.thresholds(thresholdsOf(sdk, thresholds));
  return builder;
}

function builderOf(sdk: FoundationSdk, { kind, stacked, thresholds, queries }: Panel) {
  const { common, timeseries, stat, gauge, bargauge, table, heatmap, piechart, statetimeline } = sdk;
  const latest = new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']);
  switch (kind) {
    case 'timeseries': {
      const legend = new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['mean', 'lastNotNull', 'max']);
      const builder = new timeseries.PanelBuilder()
        .legend(legend)
        .tooltip(
          new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
        )
        .fillOpacity(stacked ? 30 : 8)
        .showPoints(common.VisibilityMode.Never);
      if (stacked) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'));
      if (thresholds !== undefined)
        builder.thresholdsStyle(
          new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Line),
        );
      return builder;
    }
    case 'stat':
      return new stat.PanelBuilder().reduceOptions(latest).graphMode(common.BigValueGraphMode.Area);
    case 'gauge':
      return new gauge.PanelBuilder().reduceOptions(latest).showThresholdMarkers(true);
    case 'bars':
      return new bargauge.PanelBuilder()
        .reduceOptions(latest)
        .orientation(common.VizOrientation.Horizontal)
        .displayMode(common.BarGaugeDisplayMode.Gradient);
    case 'table':
      return new table.PanelBuilder().filterable(true);
    case 'heatmap':
      // A heatmap has units of its axis and of its cells, and no unit of its fields.
      return new heatmap.PanelBuilder()
        .calculate(false)
        .showLegend()
        .yAxis(new heatmap.YAxisConfigBuilder().unit(grafanaUnit(bucketUnit(queries))));
    case 'pie':
      return new piechart.PanelBuilder().reduceOptions(latest).pieType(piechart.PieChartType.Donut);
    case 'states':
      return new statetimeline.PanelBuilder().showValue(common.VisibilityMode.Auto);
  }
}

/** Returns the unit of the buckets of a histogram. */
function bucketUnit(queries: readonly PanelQuery[]): string {
  const [metric] = queries.flatMap(({ query }) => metricsIn(query));
  return metric?.unit ?? '';
}

function target(
  { prometheus }: FoundationSdk,
  panel: Panel,
  query: PanelQuery,
  { index, dashboard, names }: { index: number; dashboard: Dashboard; names: QueryNames },
) {
  const builder = new prometheus.DataqueryBuilder()
    .refId(refIdOf(index))
    .datasource(datasource)
    .expr(expressionOf(query, dashboard, names))
    .legendFormat(legendOf(query, panel, names));
  if (panel.kind === 'heatmap') builder.format(prometheus.PromQueryFormat.Heatmap);
  if (panel.kind === 'table') builder.format(prometheus.PromQueryFormat.Table);
  if (instant.has(panel.kind)) return builder.instant();
  const hasExemplars = metricsIn(query.query).some(({ kind }) => kind === 'histogram');
  return builder.range().exemplar(hasExemplars && (panel.kind === 'timeseries' || panel.kind === 'heatmap'));
}

/** Returns A, B, …, Z, A1, B1, …. */
function refIdOf(index: number): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

function thresholdsOf({ dashboard }: FoundationSdk, thresholds: readonly Threshold[]) {
  const [first] = thresholds;
  const base = first?.from === Number.NEGATIVE_INFINITY ? first.level : 'good';
  const steps = thresholds
    .filter(({ from }) => from !== Number.NEGATIVE_INFINITY)
    .map(({ from, level }) => ({ value: from, color: colors[level] }));
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: colors[base] }, ...steps]);
}

/** Keeps Grafana from replacing what looks like a variable in a text. */
export function literal(text: string): string {
  return text
    .replaceAll('${', '$\u200b{')
    .replace(/\$(?=\w)/g, '$\u200b')
    .replaceAll('[[', '[\u200b[');
}
