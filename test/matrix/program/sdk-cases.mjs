/** Cases of the folders with packages of OpenTelemetry's SDK. */

/** Returns cases that pass stock readers to otelier. */
export function readerCases(command = () => process.execPath) {
  const run = (owner) => (context) => context.program(['program/readers.mjs', owner], { command: command(context) });
  return {
    'readers passed to startMetrics': run('startMetrics'),
    'readers passed to the provider of the engine': run('engine'),
  };
}

/** Returns cases that start NodeSDK for traces and otelier for metrics, in both orders. */
export function nodeSdkCases(command = () => process.execPath) {
  const env = { OTELIER_METRICS_EXPORTER: 'prometheus', OTEL_METRICS_EXPORTER: 'none' };
  const run = (order) => (context) =>
    context.program(['program/node-sdk.mjs', ...order], { command: command(context), env });
  return {
    'NodeSDK starts, then otelier': run(['sdk', 'otelier']),
    'otelier starts, then NodeSDK': run(['otelier', 'sdk']),
  };
}
