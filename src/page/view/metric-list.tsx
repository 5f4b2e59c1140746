/** All metrics with their sparklines and values, filtered by text, group and attribute. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { PageMetric } from '../../backends/live/messages.js';
import { data, filterBy, openMetric, search, where } from '../page-state.js';
import { searchFor } from '../search.js';
import { MetricRow } from './metric-row.js';

export function MetricList() {
  const group = useSignal('');
  const metrics = data.model.value?.metrics ?? [];
  const groups = [...new Set(metrics.map((metric) => metric.group))].sort();
  const matches = searchFor(search.value);
  const filter = where.value;
  const isUnknown = openMetric.value !== undefined && metrics.every(({ name }) => name !== openMetric.value);
  const found = metrics.filter(
    (metric) =>
      (group.value === '' || metric.group === group.value) &&
      (filter === undefined || metric.attributes.includes(filter.attribute)) &&
      matches(metric.name, metric.exposed, metric.description, metric.group, ...metric.attributes),
  );
  return (
    <>
      <header class="page-header">
        <h1>All metrics</h1>
        <p class="muted">
          {found.length === metrics.length ? '' : `${found.length} of `}
          {metrics.length} {metrics.length === 1 ? 'metric' : 'metrics'}
        </p>
      </header>
      {isUnknown && <p class="found">There is no metric "{openMetric.value}".</p>}
      <div class="filters">
        <label>
          <span>Group</span>
          <select
            value={group.value}
            onChange={({ currentTarget }) => {
              group.value = currentTarget.value;
            }}
          >
            <option value="">all</option>
            {groups.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <AttributeFilter metrics={metrics} />
      </div>
      <div class="metric-list" data-arrows>
        {found.map((metric) => (
          <MetricRow key={metric.name} metric={metric} isOpen={openMetric.value === metric.name} />
        ))}
      </div>
      {found.length === 0 && <p class="empty">No metric matches.</p>}
    </>
  );
}

/** Filter by an attribute and its value, which the server applies. */
function AttributeFilter({ metrics }: { readonly metrics: readonly PageMetric[] }) {
  const attribute = useSignal('');
  const value = useSignal('');
  // The address may change the filter.
  useSignalEffect(() => {
    attribute.value = where.value?.attribute ?? '';
    value.value = where.value?.value ?? '';
  });
  const known = metrics.flatMap((metric) => metric.attributes);
  const attributes = [...new Set(where.value === undefined ? known : [...known, where.value.attribute])].sort();
  const isApplied = where.value !== undefined;
  const apply = (event: Event) => {
    event.preventDefault();
    if (attribute.value !== '' && value.value !== '') filterBy({ attribute: attribute.value, value: value.value });
  };
  return (
    <form class="filters" onSubmit={apply}>
      <label>
        <span>Attribute</span>
        <select
          value={attribute.value}
          onChange={({ currentTarget }) => {
            attribute.value = currentTarget.value;
          }}
        >
          <option value="">any</option>
          {attributes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Value</span>
        <input
          type="text"
          value={value.value}
          maxLength={200}
          onInput={({ currentTarget }) => {
            value.value = currentTarget.value;
          }}
        />
      </label>
      <button type="submit">Filter</button>
      {isApplied && (
        <button type="button" onClick={() => filterBy(undefined)}>
          Clear
        </button>
      )}
    </form>
  );
}
