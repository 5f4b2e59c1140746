/** Series of each metric, their limit, and the attribute that has the most values. */
import { data, search } from '../page-state.js';
import { searchFor } from '../search.js';
import { formatValue } from '../units.js';

/** Share of the limit from which a metric is marked. */
const nearLimit = 0.8;

export function Cardinality() {
  const matches = searchFor(search.value);
  const budgets = data.budgets.value
    .filter(({ metric, attribute = '' }) => matches(metric, attribute))
    .sort((a, b) => b.used / b.limit - a.used / a.limit);
  const omitted = data.model.value?.omitted_series ?? 0;
  const all = data.budgets.value.reduce((sum, { used }) => sum + used, 0);
  return (
    <>
      <header class="page-header">
        <h1>Series</h1>
        <p class="muted">
          {all} series. A metric at its limit counts further attribute values together. The attribute with the most
          values is the first to look at; it is shown for the metrics with the most series only.
          {omitted > 0 && ` ${omitted} series are not shown live: the memory of the history is full.`}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section class="scroll" tabIndex={0} aria-label="Series by metric">
        <table class="cardinality">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="amount">
                Used
              </th>
              <th scope="col" class="amount">
                Limit
              </th>
              <th scope="col">Share of the limit</th>
              <th scope="col">Most values</th>
            </tr>
          </thead>
          <tbody>
            {budgets.map(({ metric, used, limit, attribute, values }) => {
              const share = limit > 0 ? used / limit : 1;
              const level = share >= 1 ? 'critical' : share >= nearLimit ? 'warning' : '';
              return (
                <tr key={metric}>
                  <th scope="row" class="mono">
                    {metric}
                  </th>
                  <td class="amount used">{used}</td>
                  <td class="amount limit">{limit}</td>
                  <td class="share-cell">
                    <div class={`share ${level}`}>
                      <div class="bar">
                        <i style={{ width: `${Math.min(1, share) * 100}%` }} />
                      </div>
                      <span>{formatValue(share, '1')}</span>
                      {level !== '' && (
                        <span class="level">{level === 'critical' ? 'at the limit' : 'near the limit'}</span>
                      )}
                    </div>
                  </td>
                  <td>
                    {attribute !== undefined && (
                      <>
                        <span class="mono">{attribute}</span> <span class="muted">{values} values</span>
                      </>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </>
  );
}
