/** The open dashboard: its rows of panels, those that the search finds. */
import type { PageDashboard, PagePanel } from '../../backends/live/messages.js';
import { dashboard, data, hrefOf, search, view } from '../page-state.js';
import { searchFor } from '../search.js';
import { balancedColumns } from '../thresholds.js';
import { FilterLine } from './filter-line.js';
import { Panel } from './panel.js';
import { Stat } from './stat.js';

export function DashboardView() {
  const open = dashboard.value;
  if (open === undefined) return <Missing />;
  const matches = searchFor(search.value);
  const rows = open.rows
    .map(({ title, panels }) => ({
      title,
      panels: panels.filter((panel) => matches(panel.title, panel.description, title)),
    }))
    .filter(({ panels }) => panels.length > 0);
  return (
    <>
      <header class="page-header">
        <h1>{open.title}</h1>
        <p class="muted">{open.description}</p>
      </header>
      <FilterLine open={open} />
      {search.value !== '' && <Found panels={rows.reduce((sum, { panels }) => sum + panels.length, 0)} />}
      {rows.map(({ title, panels }) => (
        <Row key={title} open={open} title={title} panels={panels} />
      ))}
    </>
  );
}

/** Says why no dashboard is open. */
function Missing() {
  const current = view.value;
  const isUnknown = current.kind === 'dashboard' && current.name !== undefined;
  return (
    <div class="empty">
      <h1>No dashboard</h1>
      <p>
        {isUnknown
          ? `There is no dashboard "${current.name}". The list of views has all dashboards.`
          : 'No pack and no collector is active.'}
      </p>
    </div>
  );
}

/** Names the panels found, and the metrics found elsewhere. */
function Found({ panels }: { readonly panels: number }) {
  const matches = searchFor(search.value);
  const metrics = (data.model.value?.metrics ?? []).filter(({ name, exposed, description }) =>
    matches(name, exposed, description),
  ).length;
  return (
    <p class="found">
      {panels} {panels === 1 ? 'panel' : 'panels'} found on this dashboard.{' '}
      <a href={hrefOf({ kind: 'metrics', open: undefined })}>
        Show {metrics} {metrics === 1 ? 'metric' : 'metrics'} found in all metrics
      </a>
    </p>
  );
}

const isSmall = ({ kind }: PagePanel) => kind === 'stat' || kind === 'gauge';

function Row({ open, title, panels }: { open: PageDashboard; title: string; panels: readonly PagePanel[] }) {
  const stats = panels.filter(isSmall);
  const rest = panels.filter((panel) => !isSmall(panel));
  // Panels of another dashboard have other series: keys keep them apart.
  const key = ({ title: of }: PagePanel) => `${open.name}\n${of}`;
  const columns = {
    '--wide': balancedColumns(stats.length, 6),
    '--medium': balancedColumns(stats.length, 4),
    '--small': balancedColumns(stats.length, 2),
  };
  return (
    <section class="row" aria-label={title}>
      <h2>{title}</h2>
      {stats.length > 0 && (
        <div class="stats" style={columns}>
          {stats.map((panel) => (
            <Stat key={key(panel)} panel={panel} />
          ))}
        </div>
      )}
      {rest.length > 0 && (
        <div class="panels">
          {rest.map((panel) => (
            <Panel key={key(panel)} panel={panel} />
          ))}
        </div>
      )}
    </section>
  );
}
