/** The Pushgateway as the table of backends lists it: its options and when it pushes. The rest is loaded when it is started. */
import type { Backend, BackendContext, BackendKind } from '../../delivery/contract.js';
import { keepDeliveries } from '../../delivery/deliveries.js';
import { PushReader } from '../../delivery/push-reader.js';
import { loadedSender, type Sender } from '../../delivery/sender.js';
import { aggregationTemporalities, aggregationTypes } from '../../model/instrument.js';
import { longestTimer, redactUrl } from '../../options/option.js';
import { groupOf } from './group.js';
import { contradictions, type PushgatewayOptions, pushgatewayOptions } from './options.js';

/** The kind. */
export const pushgatewayKind: BackendKind<typeof pushgatewayOptions> = {
  name: 'pushgateway',
  options: pushgatewayOptions,
  derive: (values) => ({ values: {}, from: 'default', warnings: contradictions(values) }),
  start: (options, context) => startPushgateway(options, context).backend,
};

/** The Pushgateway keeps the latest totals, and adds nothing up. */
const preferences: Pick<Sender, 'aggregation' | 'temporality'> = {
  aggregation: () => ({ type: aggregationTypes.default }),
  temporality: () => aggregationTemporalities.cumulative,
};

/** Starts pushing, and gives what deletes the group. */
export function startPushgateway(
  options: PushgatewayOptions,
  context: BackendContext,
): { backend: Backend; deleteGroup: () => Promise<void> } {
  const { clock, exportTimeoutMs, warn } = context;
  const group = groupOf(options);
  const where = () => redactUrl(group.url ?? options.url);
  const deliveries = keepDeliveries({ ...context, where });
  // In code, too, 0 is no limit.
  const timeoutMs = Math.min(options.timeoutMs || longestTimer, exportTimeoutMs || longestTimer);
  const opening = import('./open.js').then(({ openGroup }) =>
    openGroup(options, { preferences, deliveries, clock, warn, group, timeoutMs }),
  );
  const sender = loadedSender(preferences, async () => (await opening).sender);
  const reader = new PushReader(sender, deliveries, { clock, intervalMs: intervalOf(options, context), timeoutMs });

  async function deleteGroup(): Promise<void> {
    if (group.url === undefined) {
      const { resource } = (await reader.collect()).resourceMetrics;
      await resource.waitForAsyncAttributes?.();
      group.learn(resource);
    }
    await (await opening).deleteGroup(false);
  }

  return {
    backend: { name: context.name, reader, ready: Promise.resolve(), status: deliveries.status },
    deleteGroup: () => holdingProcess(deleteGroup()),
  };
}

/** A short job has no use for an interval that nobody asked for. */
function intervalOf({ intervalMs }: PushgatewayOptions, { exportIntervalMs }: BackendContext): number | undefined {
  return intervalMs === 0 ? undefined : (intervalMs ?? exportIntervalMs);
}

/** Somebody awaits it, at the end of a program that has nothing else to do. */
function holdingProcess<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, longestTimer);
  return work.finally(() => clearInterval(hold));
}
