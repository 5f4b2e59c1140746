/** The whole page. */
import { useSignalEffect } from '@preact/signals';
import { data, isDisconnected, shown, view } from '../page-state.js';
import { visibleText } from '../visible-text.js';
import { Cardinality } from './cardinality.js';
import { DashboardView } from './dashboard-view.js';
import { MetricList } from './metric-list.js';
import { Navigation } from './navigation.js';
import { StatusBar } from './status-bar.js';
import { TopBar } from './top-bar.js';

export function App() {
  useSignalEffect(() => {
    const name = data.model.value?.application_id;
    document.title = name === undefined ? 'Live metrics' : `${visibleText(name)} · live metrics`;
  });
  return (
    <div class={`page ${isDisconnected.value ? 'stale' : ''}`}>
      <TopBar />
      <StatusBar />
      {isDisconnected.value && <Disconnected />}
      {data.error.value !== undefined && <p class="banner">The server refused the request: {data.error.value}</p>}
      <Navigation />
      <main id="main">
        <Content />
      </main>
    </div>
  );
}

function Disconnected() {
  return (
    <p class="banner">
      <strong>Disconnected.</strong>{' '}
      {shown.value > 0 ? 'The values below are the last ones received.' : 'The application cannot be reached.'} The page
      reconnects by itself.
    </p>
  );
}

function Content() {
  if (data.model.value === undefined) return <p class="empty">Waiting for the first values.</p>;
  const { kind } = view.value;
  if (kind === 'metrics') return <MetricList />;
  return kind === 'series' ? <Cardinality /> : <DashboardView />;
}
