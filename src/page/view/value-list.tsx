/** Latest values of series, highest first: as bars, shares, a table, or states. */
import type { PagePanel } from '../../backends/live/messages.js';
import { data, shown } from '../page-state.js';
import { levelOf } from '../thresholds.js';
import { formatValue } from '../units.js';
import { noValues } from './legend.js';

export function ValueList({ panel }: { readonly panel: PagePanel }) {
  const { title, kind, unit, decimals, thresholds } = panel;
  const time = shown.value;
  const rows = data.dashboard
    .of(title)
    .map(({ key, legend }) => ({ key, legend, value: data.dashboard.ring.latest(key, time) }))
    .filter(({ value }) => value !== null);
  if (kind !== 'states') rows.sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  if (rows.length === 0) return <p class="legend muted">{noValues}</p>;
  const values = rows.map(({ value }) => Math.abs(value ?? 0));
  const whole = kind === 'pie' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  const share = (value: number | null) => (whole === 0 ? 0 : Math.abs(value ?? 0) / whole);
  if (kind === 'states')
    return (
      <ul class="states">
        {rows.map(({ key, legend, value }) => (
          <li key={key} class={value === 0 ? 'off' : 'on'}>
            <i /> {legend || title}{' '}
            <b>{value === 1 ? 'yes' : value === 0 ? 'no' : formatValue(value, unit, decimals)}</b>
          </li>
        ))}
      </ul>
    );
  return (
    <table class={`values ${kind}`}>
      <tbody>
        {rows.map(({ key, legend, value }) => (
          <tr key={key}>
            <th scope="row">{legend || title}</th>
            <td class="bar-cell">
              {kind !== 'table' && (
                <div class="bar">
                  <i style={{ width: `${share(value) * 100}%` }} />
                </div>
              )}
            </td>
            <td class={`amount ${levelOf(value, thresholds) ?? ''}`}>
              {formatValue(value, unit, decimals)}
              {kind === 'pie' && <span class="muted"> {formatValue(share(value), '1')}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
