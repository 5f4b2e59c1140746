/**
 * Backend `pushgateway`: pushes the last values of a short-lived job to a Prometheus Pushgateway.
 *
 * @module
 */
import type { BackendKind, ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { pushgatewayKind, startPushgateway } from './kind.js';
import type { pushgatewayOptions } from './options.js';

/** Options of the backend in code. */
export type PushgatewayInput = OptionInput<typeof pushgatewayOptions>;

/** A configured Pushgateway backend with control over its group. */
export interface PushedGroup extends ConfiguredBackend<typeof pushgatewayOptions> {
  /**
   * Deletes the group and stops pushing, including the push at shutdown. Works after shutdown, too.
   *
   * Keeps the process alive until the request settles. Rejects with the reason when the Pushgateway does not accept the
   * request; call it again to retry. Rejects before metrics have started.
   */
  deleteGroup(): Promise<void>;
}

/**
 * Configures a Pushgateway with options in code, for `startMetrics({ backends: [...] })`.
 *
 * Pushes on flush and when the program ends. Pushes at an interval only if `intervalMs` or `exportIntervalMs` is set.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { pushgateway } from 'otelier/backends/pushgateway';
 * startMetrics({
 *   serviceName: 'nightly-index',
 *   backends: [pushgateway({ url: 'http://pushgateway.example:9091', groupingKey: { shard: '7' } })],
 * });
 */
export function pushgateway(options: PushgatewayInput = {}): PushedGroup {
  const notStarted = 'pushgateway: cannot delete the group: metrics have not started; call startMetrics first';
  let deleteGroup = (): Promise<void> => Promise.reject(new Error(notStarted));
  const kind: BackendKind<typeof pushgatewayOptions> = {
    ...pushgatewayKind,
    start(values, context) {
      const started = startPushgateway(values, context);
      deleteGroup = started.deleteGroup;
      return started.backend;
    },
  };
  return { kind, input: options, deleteGroup: () => deleteGroup() };
}
