/** Dashboards, fields of the stream and definitions of the packs and catalogues that run. */
import { type Shipped, shipped } from '../../dashboards/index.js';
import type { Dashboard } from '../../panels/dashboard.js';
import { catalogueDashboard } from '../../panels/of-catalogue.js';
import type { Query } from '../../panels/query.js';
import type { MetricDefinition, NamedMetrics } from './source.js';

/** A metric that is defined in a pack or a catalogue. */
interface Defined {
  readonly metric: MetricDefinition;
  readonly group: string;
}

/** Contents of the page and the stream that do not depend on recordings. */
export interface Contents {
  readonly dashboards: ReadonlyMap<string, Dashboard>;
  /** Queries by pack and field. */
  readonly fields: ReadonlyMap<string, Readonly<Record<string, Query>>>;
  /** By name of metric. */
  readonly defined: ReadonlyMap<string, Defined>;
}

/** Returns the contents. Packs that are not ours are shown as catalogues. */
export function contentsOf(packs: readonly NamedMetrics[], catalogues: readonly NamedMetrics[]): Contents {
  const dashboards = new Map<string, Dashboard>();
  const fields = new Map<string, Readonly<Record<string, Query>>>();
  const defined = new Map<string, Defined>();
  const add = (name: string, dashboard: Dashboard) => dashboards.set(unused(name, dashboards), dashboard);
  const define = ({ name, metrics }: NamedMetrics) => {
    for (const metric of metrics) if (!defined.has(metric.name)) defined.set(metric.name, { metric, group: name });
  };
  const addCatalogue = ({ name, metrics }: NamedMetrics) => {
    if (metrics.length > 0) add(name, catalogueDashboard({ metrics }, { uid: 'catalogue', title: name.trim() || '–' }));
  };
  for (const pack of packs) {
    define(pack);
    const ours = Object.hasOwn(shipped, pack.name) ? shipped[pack.name] : undefined;
    const namespace = ours && namespaceOf(pack, ours);
    if (ours === undefined || namespace === undefined) {
      addCatalogue(pack);
      continue;
    }
    add(pack.name, ours.dashboard(namespace === '' ? {} : { namespace }));
    if (ours.live !== undefined) fields.set(unused(pack.name, fields), ours.live(namespace || undefined));
  }
  for (const catalogue of catalogues) {
    define(catalogue);
    addCatalogue(catalogue);
  }
  const { health } = shipped;
  if (health !== undefined) {
    define({ name: 'health', metrics: health.catalogue().metrics });
    add('health', health.dashboard());
  }
  return { dashboards, fields, defined };
}

/** Returns the namespace of a pack, empty if it has none; `undefined` if its metrics are not those of the shipped pack. */
function namespaceOf({ metrics }: NamedMetrics, { catalogue }: Shipped): string | undefined {
  const [first] = metrics;
  const base = catalogue().metrics.find(({ key }) => key === first?.key)?.name;
  if (first === undefined || base === undefined || !first.name.endsWith(base)) return undefined;
  // The namespace is followed by a dot or an underscore.
  return first.name.slice(0, Math.max(0, first.name.length - base.length - 1));
}

/** Returns the name, with a number if it is in use. */
function unused(name: string, all: ReadonlyMap<string, unknown>): string {
  let [free, number] = [name, 1];
  while (all.has(free)) free = `${name}-${++number}`;
  return free;
}
