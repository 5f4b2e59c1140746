/** Files of dashboards: those of the package from its JSON, those of the user through the foundation SDK. */
import { readFileSync } from 'node:fs';
import { type Claim, type Files, fileKey, jsonText, requireUnique } from '../generate/files.js';
import { grafanaDashboard } from '../generate/grafana/dashboard.js';
import { retarget } from '../generate/grafana/retarget.js';
import { loadFoundationSdk } from '../generate/grafana/sdk.js';
import { type Dashboard, dashboardFor } from '../panels/dashboard.js';
import type { Role } from '../panels/panel.js';
import type { NamingOptions } from '../panels/promql/names.js';
import type { Source } from './source.js';

/**
 * Returns a file for each dashboard.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if two dashboards have the same file or uid.
 */
export async function dashboardFiles(
  sources: readonly Source[],
  naming: NamingOptions,
  role: Role | undefined,
): Promise<Files> {
  const selected = sources.flatMap((source) => selectedOf(source, role));
  requireUnique(selected.flatMap(claimsOf));
  const files = new Map<string, string>();
  for (const { path, source, dashboard } of selected) {
    const rendered = source.isShipped
      ? retarget(renderedDashboard(source.name), dashboard, naming)
      : grafanaDashboard(await loadFoundationSdk(), dashboard, naming);
    files.set(path, jsonText(rendered));
  }
  return files;
}

/** A dashboard with the panels of the role, and its file. */
interface Selected {
  readonly path: string;
  readonly source: Source;
  readonly dashboard: Dashboard;
}

function selectedOf(source: Source, role: Role | undefined): Selected[] {
  return source.dashboards.flatMap((all) => {
    const dashboard = role === undefined ? all : dashboardFor(role, all);
    const name = source.isShipped ? `${source.name}${role === undefined ? '' : `-${role}`}` : dashboard.uid;
    return dashboard.rows.length === 0 ? [] : [{ path: `${name}.json`, source, dashboard }];
  });
}

/** Grafana loads only one dashboard of a uid. */
function claimsOf({ path, source, dashboard: { uid, title } }: Selected): Claim[] {
  const from = `${JSON.stringify(title)} of ${source.from}`;
  return [
    { name: path, from, key: fileKey(path) },
    { name: `${path}, uid ${uid}`, from, key: `uid ${uid}` },
  ];
}

/** Reads a dashboard that the build has rendered: `dist/dashboards/NAME.json`, beside the folder of this module. */
function renderedDashboard(name: string): object {
  return JSON.parse(readFileSync(new URL(`../dashboards/${name}.json`, import.meta.url), 'utf8'));
}
