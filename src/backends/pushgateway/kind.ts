/** Backend kind `pushgateway`: options and reader. The encoder and the HTTP client are loaded when the backend starts. */
import { openAccount } from '../../delivery/account.js';
import type { Backend, BackendContext, BackendKind } from '../../delivery/contract.js';
import { type ExportPreferences, lazyExporter } from '../../delivery/exporter.js';
import { PeriodicReader } from '../../delivery/periodic-reader.js';
import { settingOf } from '../../delivery/remedy.js';
import { workerKind } from '../../delivery/worker-kind.js';
import { aggregationTemporalities, aggregationTypes } from '../../model/instrument.js';
import { longestTimer, withoutLimit } from '../../options/option.js';
import { redactUrl } from '../../options/url.js';
import { groupOf } from './group.js';
import type { OpenGroup } from './open.js';
import { contradictions, type PushgatewayOptions, pushgatewayOptions } from './options.js';

/** A Prometheus Pushgateway. */
export const pushgatewayKind: BackendKind<typeof pushgatewayOptions> = {
  name: 'pushgateway',
  aliases: ['push', 'pushgw', 'gateway', 'prometheuspushgateway'],
  options: pushgatewayOptions,
  derive: (values) => ({ values: {}, from: 'default', warnings: contradictions(values) }),
  start: (options, context) => startPushgateway(options, context).backend,
};

/** The Pushgateway stores the latest values and adds nothing up, so all points are cumulative. */
const preferences: ExportPreferences = {
  aggregation: () => ({ type: aggregationTypes.default }),
  temporality: () => aggregationTemporalities.cumulative,
};

/** Starts the backend and returns it with a function that deletes the group. */
export function startPushgateway(
  options: PushgatewayOptions,
  context: BackendContext,
): { backend: Backend; deleteGroup: () => Promise<void> } {
  const { clock, exportTimeoutMs, warn } = context;
  const intervalMs = intervalOf(options, context);
  const group = groupOf(options);
  warnOfSharedGroup(options, warn);
  const where = () => redactUrl(group.url ?? options.url);
  const settings = {
    interval: settingOf(context, 'intervalMs', 'OTELIER_PUSHGATEWAY_INTERVAL'),
    endpoint: settingOf(context, 'url', 'OTELIER_PUSHGATEWAY_URL'),
    credentials: settingOf(
      context,
      options.bearerToken === undefined ? 'username' : 'bearerToken',
      'OTELIER_PUSHGATEWAY_USERNAME or OTELIER_PUSHGATEWAY_BEARER_TOKEN',
    ),
  };
  const account = openAccount({ ...context, where, settings });
  const timeoutMs = Math.min(withoutLimit(options.timeoutMs), withoutLimit(exportTimeoutMs));
  const opening = import('./open.js').then(({ openGroup }) =>
    openGroup(options, { ...context, preferences, account, group, intervalMs, timeoutMs }),
  );
  let opened: OpenGroup | undefined;
  const ready = opening.then((group) => {
    opened = group;
  });
  const exporter = lazyExporter(preferences, async () => (await opening).exporter);
  const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs });

  async function deleteGroup(): Promise<void> {
    if (group.url === undefined) {
      const { resource } = (await reader.collect()).resourceMetrics;
      await resource.waitForAsyncAttributes?.();
      group.learn(resource);
    }
    await (await opening).deleteGroup(new AbortController().signal);
  }

  return {
    backend: {
      name: context.name,
      reader,
      ready,
      status: account.status,
      remedy: account.remedy,
      deliverNow: () => opened?.pushNow((visitor) => reader.walkNow(visitor)) ?? false,
    },
    deleteGroup: () => holdingProcess(deleteGroup()),
  };
}

/** Returns the configured interval. There is no default: short jobs push at a flush and when they end. */
function intervalOf({ intervalMs }: PushgatewayOptions, { exportIntervalMs }: BackendContext): number | undefined {
  return intervalMs === 0 ? undefined : (intervalMs ?? exportIntervalMs);
}

/** Keeps the process alive until `work` settles: a program may await it as its last action. */
function holdingProcess<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, longestTimer);
  return work.finally(() => clearInterval(hold));
}

/** Warns when the workers of a cluster, or threads, push to the same group and overwrite each other. */
function warnOfSharedGroup({ groupingKey }: PushgatewayOptions, warn: BackendContext['warn']): void {
  const kind = workerKind();
  if (kind === undefined || Object.keys(groupingKey).length > 0) return;
  warn(
    `pushgateway: groupingKey is empty in a ${kind}: each push replaces the values of the other workers; ` +
      "set groupingKey per worker, such as { worker: '1' }",
  );
}
