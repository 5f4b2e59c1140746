/** Files of dashboards: those of the package from its JSON, those of the user through the foundation SDK. */
import { readFileSync } from 'node:fs';
import { type Files, jsonText } from '../generate/files.js';
import { grafanaDashboard } from '../generate/grafana/dashboard.js';
import { retarget } from '../generate/grafana/retarget.js';
import { loadFoundationSdk } from '../generate/grafana/sdk.js';
import { dashboardFor } from '../panels/dashboard.js';
import type { Role } from '../panels/panel.js';
import type { NamingOptions } from '../panels/promql/names.js';
import type { Source } from './source.js';

/** Returns a file for each dashboard. */
export async function dashboardFiles(
  sources: readonly Source[],
  naming: NamingOptions,
  role: Role | undefined,
): Promise<Files> {
  const files = new Map<string, string>();
  for (const { name, dashboards, isShipped } of sources) {
    for (const all of dashboards) {
      const dashboard = role === undefined ? all : dashboardFor(role, all);
      if (dashboard.rows.length === 0) continue;
      const file = isShipped ? `${name}${role === undefined ? '' : `-${role}`}` : dashboard.uid;
      const rendered = isShipped
        ? retarget(renderedDashboard(name), dashboard, naming)
        : grafanaDashboard(await loadFoundationSdk(), dashboard, naming);
      files.set(`${file}.json`, jsonText(rendered));
    }
  }
  return files;
}

/** Reads a dashboard that the build has rendered: `dist/dashboards/NAME.json`, beside the folder of this module. */
function renderedDashboard(name: string): object {
  return JSON.parse(readFileSync(new URL(`../dashboards/${name}.json`, import.meta.url), 'utf8'));
}
