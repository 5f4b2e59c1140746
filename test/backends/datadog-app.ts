/** A program with the Datadog backend and a fake intake. */
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, gauge, histogram, startMetrics, text, upDownCounter } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { afterEach } from 'vitest';
import type { FakeClock } from '../support/clock.js';
import { type IntakeAnswer, startDatadogIntake } from '../support/datadog-intake.js';

export const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes: { channel: text() } }),
  sent: counter({ name: 'shop.sent', unit: 'By', description: 'Bytes sent.' }),
  carts: upDownCounter({ name: 'shop.carts', unit: '{cart}', description: 'Carts.' }),
  heat: gauge({ name: 'shop.heat', unit: 'Cel', description: 'Heat.' }),
  wait: histogram({ name: 'shop.wait', unit: 's', description: 'Waiting.', buckets: [0.5, 10] }),
});

export const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Returns the messages that are logged from now to the end of the test. */
export function listen(): string[] {
  const messages: string[] = [];
  const note = (message: string) => messages.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: note, warn: note, info: ignore, debug: ignore, verbose: ignore });
  closing.push(() => diag.disable());
  return messages;
}

interface Scenario {
  readonly options?: Parameters<typeof datadog>[0];
  readonly environment?: Record<string, string>;
  readonly resource?: Record<string, string>;
  readonly answer?: (count: number) => IntakeAnswer | undefined;
  readonly clock?: FakeClock;
}

export const key = 'k'.repeat(32);

export async function start({
  options = {},
  environment = { DD_API_KEY: key },
  resource = {},
  answer,
  clock,
}: Scenario = {}) {
  const now = clock === undefined ? {} : { now: () => clock.nowUnixMs() };
  const intake = await startDatadogIntake({ key, ...now, ...(answer === undefined ? {} : { answer }) });
  closing.push(intake.close);
  const metrics = startMetrics({
    isolated: true,
    environment,
    shutdownTimeoutMs: 5_000,
    serviceName: 'storefront',
    resource: { 'host.name': 'web-1', 'service.instance.id': 'i-1', ...resource },
    catalogues: { shop },
    backends: [datadog({ endpoint: intake.url, resourceTags: ['service.instance.id'], ...options })],
    ...(clock === undefined ? {} : { clock }),
  });
  closing.push(metrics.shutdown);
  const status = () => {
    const [backend] = metrics.status().backends;
    if (backend === undefined) throw new Error('no backend is running');
    return backend;
  };
  return { intake, metrics, status, store: intake.store };
}
