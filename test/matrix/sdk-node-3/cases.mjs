/** The newest line of OpenTelemetry, installed beside otelier without a flag. */
export const cases = Object.fromEntries(
  ['node-22', 'node-24'].flatMap((version) => [
    ...['otelier sdk', 'sdk otelier'].map((order) => [
      `${version}, ${order}`,
      ({ program, npmNode }) =>
        program(['app.mjs', ...order.split(' ').map((step) => (step === 'sdk' ? 'sdk' : 'otelier'))], {
          command: npmNode(version),
          env: { OTELIER_METRICS_EXPORTER: 'prometheus', OTEL_METRICS_EXPORTER: 'none' },
        }),
    ]),
    [
      `${version}, stock reader`,
      ({ program, npmNode }) =>
        program(['readers.mjs'], { command: npmNode(version), env: { OTEL_METRICS_EXPORTER: 'none' } }),
    ],
  ]),
);
