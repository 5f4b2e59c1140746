/**
 * The dashboards and rules of the packs and collectors, and of the SDK itself.
 *
 * @module
 */
import type { Catalogue } from '../catalogue/catalogue.js';
import { applicationRules } from '../collectors/application/alerts.js';
import { applicationDashboard } from '../collectors/application/dashboard.js';
import { application } from '../collectors/application/index.js';
import { containerRules } from '../collectors/container/alerts.js';
import { containerDashboard } from '../collectors/container/dashboard.js';
import { container } from '../collectors/container/index.js';
import { gpuRules } from '../collectors/gpu/alerts.js';
import { gpuDashboard } from '../collectors/gpu/dashboard.js';
import { gpu } from '../collectors/gpu/index.js';
import { hostRules } from '../collectors/host/alerts.js';
import { hostDashboard } from '../collectors/host/dashboard.js';
import { host } from '../collectors/host/index.js';
import { runtimeRules } from '../collectors/runtime/alerts.js';
import { runtimeDashboard } from '../collectors/runtime/dashboard.js';
import { runtime } from '../collectors/runtime/index.js';
import { healthRules } from '../health/alerts.js';
import { healthDashboard } from '../health/dashboard.js';
import { selfCatalogue } from '../health/metrics.js';
import { agentRules } from '../packs/agent/alerts.js';
import { agentDashboard } from '../packs/agent/dashboard.js';
import { agent } from '../packs/agent/index.js';
import { agentLive } from '../packs/agent/queries-live.js';
import { benchmarkRules } from '../packs/benchmark/alerts.js';
import { benchmarkDashboard } from '../packs/benchmark/dashboard.js';
import { benchmark } from '../packs/benchmark/index.js';
import { benchmarkLive } from '../packs/benchmark/queries-live.js';
import { gatewayRules } from '../packs/gateway/alerts.js';
import { gatewayDashboard } from '../packs/gateway/dashboard.js';
import { gateway } from '../packs/gateway/index.js';
import { gatewayLive } from '../packs/gateway/queries-live.js';
import { genaiRules } from '../packs/genai/alerts.js';
import { genaiDashboard } from '../packs/genai/dashboard.js';
import { genai } from '../packs/genai/index.js';
import { genaiLive } from '../packs/genai/queries-live.js';
import { httpRules } from '../packs/http/alerts.js';
import { httpDashboard } from '../packs/http/dashboard.js';
import { http } from '../packs/http/index.js';
import { httpLive } from '../packs/http/queries-live.js';
import { inferenceRules } from '../packs/inference/alerts.js';
import { inferenceDashboard } from '../packs/inference/dashboard.js';
import { inference } from '../packs/inference/index.js';
import { inferenceQueries } from '../packs/inference/queries.js';
import { inferenceLive } from '../packs/inference/queries-live.js';
import { visionRules } from '../packs/vision/alerts.js';
import { visionDashboard } from '../packs/vision/dashboard.js';
import { vision } from '../packs/vision/index.js';
import { visionLive } from '../packs/vision/queries-live.js';
import type { Dashboard } from '../panels/dashboard.js';
import type { Query } from '../panels/query.js';
import type { RuleGroup } from '../panels/rules.js';

export {
  agentDashboard,
  agentRules,
  applicationDashboard,
  applicationRules,
  benchmarkDashboard,
  benchmarkRules,
  containerDashboard,
  containerRules,
  gatewayDashboard,
  gatewayRules,
  genaiDashboard,
  genaiRules,
  gpuDashboard,
  gpuRules,
  healthDashboard,
  healthRules,
  hostDashboard,
  hostRules,
  httpDashboard,
  httpRules,
  inferenceDashboard,
  inferenceQueries,
  inferenceRules,
  runtimeDashboard,
  runtimeRules,
  visionDashboard,
  visionRules,
};

/** Options of a dashboard and its rules. */
export interface ShippedOptions {
  /** Namespace of the pack's metrics. */
  readonly namespace?: string;
  /** How metrics reach Prometheus; `scrape` by default. */
  readonly path?: 'scrape' | 'otlp';
}

/** Metrics, dashboard and rules of a pack or a collector. */
export interface Shipped {
  /** True if the metrics can have a namespace. */
  readonly hasNamespace: boolean;
  catalogue(options?: ShippedOptions): Pick<Catalogue, 'metrics'>;
  dashboard(options?: ShippedOptions): Dashboard;
  rules(options?: ShippedOptions): readonly RuleGroup[];
  /** Queries of the pack in the live stream, by the name of their field. Each has at most one series. */
  readonly live?: (namespace?: string) => Readonly<Record<string, Query>>;
}

/** Dashboards and rules by the name of their pack or collector. */
export const shipped: Readonly<Record<string, Shipped>> = {
  agent: pack(agent, agentDashboard, agentRules, agentLive),
  benchmark: pack(benchmark, benchmarkDashboard, benchmarkRules, benchmarkLive),
  gateway: pack(gateway, gatewayDashboard, gatewayRules, gatewayLive),
  genai: pack(genai, genaiDashboard, genaiRules, genaiLive),
  http: pack(http, httpDashboard, httpRules, httpLive),
  inference: pack(inference, inferenceDashboard, inferenceRules, inferenceLive),
  vision: pack(vision, visionDashboard, visionRules, visionLive),
  application: collector(application, applicationDashboard, applicationRules),
  container: collector(container, containerDashboard, containerRules),
  gpu: collector(gpu, gpuDashboard, gpuRules),
  host: collector(host, hostDashboard, hostRules),
  runtime: collector(runtime, runtimeDashboard, runtimeRules),
  health: {
    ...collector(() => ({ catalogue: selfCatalogue() }), healthDashboard, healthRules),
    rules: ({ path = 'scrape' } = {}) => healthRules({ path }),
  },
};

/** Options of a pack. */
type Named = Pick<ShippedOptions, 'namespace'>;
type Make = (options?: Named) => { readonly catalogue: Pick<Catalogue, 'metrics'> };

function pack(
  make: Make,
  dashboard: (options?: Named) => Dashboard,
  rules: (options?: Named) => readonly RuleGroup[],
  live: NonNullable<Shipped['live']>,
): Shipped {
  return {
    hasNamespace: true,
    catalogue: (options) => make(named(options)).catalogue,
    dashboard: (options) => dashboard(named(options)),
    rules: (options) => rules(named(options)),
    live,
  };
}

function named({ namespace }: ShippedOptions = {}): Named {
  return namespace === undefined ? {} : { namespace };
}

function collector(
  make: () => ReturnType<Make>,
  dashboard: () => Dashboard,
  rules: () => readonly RuleGroup[],
): Shipped {
  return { hasNamespace: false, catalogue: () => make().catalogue, dashboard: () => dashboard(), rules: () => rules() };
}
