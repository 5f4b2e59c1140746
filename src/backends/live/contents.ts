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

/** Fields of a pack in the stream; of a catalogue or a collector all of its metrics. */
type Group =
  | { readonly fields: Readonly<Record<string, Query>>; readonly metrics?: undefined }
  | { readonly metrics: readonly string[]; readonly fields?: undefined };

/** Contents of the page and the stream that do not depend on recordings. */
export interface Contents {
  readonly dashboards: ReadonlyMap<string, Dashboard>;
  /** By the name that a subscription has in `packs`: packs first, then catalogues, then collectors. */
  readonly groups: ReadonlyMap<string, Group>;
  /** By name of metric. */
  readonly defined: ReadonlyMap<string, Defined>;
  /** Names of the metrics of our packs, of collectors and of the SDK itself. */
  readonly ours: ReadonlySet<string>;
}

/** Returns the contents. Packs that are not ours are shown as catalogues. */
export function contentsOf(packs: readonly NamedMetrics[], catalogues: readonly NamedMetrics[]): Contents {
  const dashboards = new Map<string, Dashboard>();
  const groups = new Map<string, Group>();
  const collectors: NamedMetrics[] = [];
  const others: NamedMetrics[] = [];
  const ours = new Set<string>();
  const defined = new Map<string, Defined>();
  const add = (name: string, dashboard: Dashboard) => dashboards.set(unused(name, dashboards), dashboard);
  const define = ({ name, metrics }: NamedMetrics) => {
    for (const metric of metrics) if (!defined.has(metric.name)) defined.set(metric.name, { metric, group: name });
  };
  const addCatalogue = (catalogue: NamedMetrics) => {
    const { name, metrics } = catalogue;
    others.push(catalogue);
    if (metrics.length > 0) add(name, catalogueDashboard({ metrics }, { uid: 'catalogue', title: name.trim() || '–' }));
  };
  for (const pack of packs) {
    define(pack);
    const known = Object.hasOwn(shipped, pack.name) ? shipped[pack.name] : undefined;
    const namespace = known && namespaceOf(pack, known);
    if (known === undefined || namespace === undefined) {
      addCatalogue(pack);
      continue;
    }
    add(pack.name, known.dashboard(namespace === '' ? {} : { namespace }));
    for (const { name } of pack.metrics) ours.add(name);
    if (known.live === undefined) collectors.push(pack);
    else groups.set(unused(pack.name, groups), { fields: known.live(namespace || undefined) });
  }
  for (const catalogue of catalogues) {
    define(catalogue);
    addCatalogue(catalogue);
  }
  const { health } = shipped;
  if (health !== undefined) {
    const { metrics } = health.catalogue();
    define({ name: 'health', metrics });
    add('health', health.dashboard());
    for (const { name } of metrics) ours.add(name);
    collectors.push({ name: 'health', metrics });
  }
  for (const { name, metrics } of [...others, ...collectors])
    groups.set(unused(name, groups), { metrics: metrics.map((metric) => metric.name) });
  return { dashboards, groups, defined, ours };
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
