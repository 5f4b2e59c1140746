/** List of dashboards and other views. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { dashboard, data, hrefOf, type View, view } from '../page-state.js';

export function Navigation() {
  const { dashboards = [], metrics = [] } = data.model.value ?? {};
  const { kind } = view.value;
  const used = data.budgets.value.filter(({ used: count, limit }) => count >= limit).length;
  return (
    <nav class="navigation" aria-label="Views" data-arrows>
      <h2>Packs and collectors</h2>
      <ul>
        {dashboards.map(({ name, title }) => (
          <Entry key={name} to={{ kind: 'dashboard', name }} isCurrent={dashboard.value?.name === name}>
            {title}
          </Entry>
        ))}
      </ul>
      <h2>Metrics</h2>
      <ul>
        <Entry to={{ kind: 'metrics', open: undefined }} isCurrent={kind === 'metrics'}>
          All metrics <small>{metrics.length}</small>
        </Entry>
        <Entry to={{ kind: 'series' }} isCurrent={kind === 'series'}>
          Series {used > 0 && <small class="critical">{used} at the limit</small>}
        </Entry>
      </ul>
    </nav>
  );
}

function Entry(props: { readonly to: View; readonly isCurrent: boolean; readonly children: ComponentChildren }) {
  const { to, isCurrent, children } = props;
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the list scrolls sideways.
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent]);
  return (
    <li>
      <a ref={link} href={hrefOf(to)} data-item aria-current={isCurrent ? 'page' : undefined}>
        {children}
      </a>
    </li>
  );
}
