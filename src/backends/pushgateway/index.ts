/**
 * Backend `pushgateway`: the last values of a job that ends before anybody could scrape it, pushed to a Prometheus
 * Pushgateway.
 *
 * @module
 */
import type { BackendKind, ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { pushgatewayKind, startPushgateway } from './kind.js';
import type { pushgatewayOptions } from './options.js';

/** Options of pushing in code. */
export type PushgatewayInput = OptionInput<typeof pushgatewayOptions>;

/** A group of a Pushgateway that a program pushes to. */
export interface PushedGroup extends ConfiguredBackend<typeof pushgatewayOptions> {
  /**
   * Deletes the group, and pushes nothing more: not at the end of the program either. Works after the shutdown, too.
   *
   * The process is kept alive until it settles. Rejects with the reason when the Pushgateway did not accept it, which may
   * then be tried again, and while metrics do not run.
   */
  deleteGroup(): Promise<void>;
}

/**
 * A Pushgateway with options set in code, for `startMetrics({ backends: [...] })`.
 *
 * Pushes at a flush and when the program ends; at an interval only where `intervalMs` or `exportIntervalMs` says one.
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
  let deleteGroup = (): Promise<void> => Promise.reject(new Error('The group belongs to no running metrics.'));
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
