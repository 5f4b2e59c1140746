/**
 * Queries, panels, dashboards, alerts and objectives of metric definitions.
 *
 * @module
 */
export {
  above,
  absent,
  and,
  atLeast,
  atMost,
  avgOver,
  below,
  bottomk,
  countOver,
  deltaOver,
  divide,
  equal,
  hour,
  maxOver,
  minOver,
  minus,
  now,
  type Operand,
  offset,
  or,
  plus,
  ratio,
  raw,
  stddevOver,
  times,
  topk,
  unequal,
  unless,
  weekday,
} from './combine.js';
export {
  type Dashboard,
  type DashboardOptions,
  dashboard,
  dashboardFor,
  type Row,
  row,
  type Variable,
} from './dashboard.js';
export type { Duration, Window } from './duration.js';
export { type EventSelection, newEvents } from './new-events.js';
export {
  type Panel,
  type PanelKind,
  type PanelOptions,
  type PanelQuery,
  panel,
  type Role,
  type Threshold,
} from './panel.js';
export { type NamingOptions, type QueryNames, queryNames } from './promql/names.js';
export { type PromqlOptions, promql } from './promql/render.js';
export {
  distribution,
  increase,
  mean,
  quantile,
  type RateSelection,
  rate,
  series,
  shareBelow,
  type ValueSelection,
  value,
} from './queries.js';
export type { Query } from './query.js';
export {
  type Alert,
  type AlertOptions,
  alert,
  type Recording,
  type RuleGroup,
  recorded,
  recording,
  ruleGroup,
  type Severity,
} from './rules.js';
export { type Condition, type MetricsOf, metricsOf, type Selectable, type Selection, type Where } from './select.js';
export { type ErrorObjective, type LatencyObjective, type Slo, type SloOptions, slo } from './slo.js';
