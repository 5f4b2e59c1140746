/** The filter of the open dashboard. If no series matches it, the line names the cause. */
import type { PageDashboard } from '../../backends/live/messages.js';
import { addressOf, data, shown, view, where } from '../page-state.js';

export function FilterLine({ open }: { readonly open: PageDashboard }) {
  const filter = where.value;
  if (filter === undefined) return null;
  const attribute = <span class="mono">{filter.attribute}</span>;
  const value = <span class="mono">{filter.value}</span>;
  const condition = (
    <>
      {attribute} = {value}
    </>
  );
  return (
    <p class="found">
      {!isEmpty() ? (
        <>Only series with {condition}.</>
      ) : hasAttribute(open, filter.attribute) ? (
        <>No series of this dashboard has {condition}.</>
      ) : (
        <>No metric of this dashboard has the attribute {attribute}.</>
      )}{' '}
      <a href={addressOf(view.value, undefined)}>Show all series</a>
    </p>
  );
}

/** True if the server has answered, and no series has a value. */
function isEmpty(): boolean {
  const { ring } = data.dashboard;
  return shown.value > 0 && ring.length > 0 && ring.keys.length === 0;
}

/** True if a metric in the queries of a dashboard has an attribute. */
function hasAttribute({ rows }: PageDashboard, attribute: string): boolean {
  const queries = rows.flatMap(({ panels }) => panels.flatMap(({ promql }) => promql));
  const metrics = data.model.value?.metrics ?? [];
  return metrics.some(
    ({ exposed, attributes }) => attributes.includes(attribute) && queries.some((query) => query.includes(exposed)),
  );
}
