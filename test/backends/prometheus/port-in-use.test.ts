/** A port in use: the message names each variable once. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { expect, onTestFinished, test } from 'vitest';
import { captureWarnings } from '../../support/warnings.js';

test('in a variable and in code', async () => {
  const server = createServer().listen(0, 'localhost');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const messageOf = async (environment: Record<string, string>, options: object) => {
    const [...before] = captureWarnings();
    expect(before).toEqual([]);
    const metrics = startMetrics({ isolated: true, environment, ...options });
    const error = await metrics.ready.catch((reason: Error) => reason.message);
    await metrics.shutdown();
    return /^ {2}- (.*)$/m.exec(String(error))?.[1];
  };
  const variables = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
  expect(await messageOf(variables, {})).toBe(
    `OTEL_EXPORTER_PROMETHEUS_PORT: got ${port}, expected another port, or 0 for any free one; localhost:${port} is in use`,
  );
  expect(await messageOf({}, { backends: [prometheus({ port })] })).toBe(
    `prometheus.port: got ${port}, expected another port (OTEL_EXPORTER_PROMETHEUS_PORT), or 0 for any free one; localhost:${port} is in use`,
  );
});
