/** Starts metrics with a configuration file in a temporary folder, named by `OTEL_CONFIG_FILE`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import {
  counter,
  defineCatalogue,
  type Environment,
  histogram,
  type MetricsError,
  type StartSettings,
  startMetrics,
  text as textOf,
} from 'otelier';
import { afterEach, beforeEach } from 'vitest';

/** Metrics for tests that export. */
const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }),
  visits: counter({
    name: 'shop.visits',
    unit: '{visit}',
    description: 'Visits.',
    attributes: { page: textOf(), 'customer.id': textOf() },
  }),
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time to check out.',
    buckets: [0.1, 0.5, 1, 5],
  }),
});

const closing: (() => Promise<unknown> | unknown)[] = [];
let messages: string[] = [];

beforeEach(() => {
  const record = (message: string) => messages.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: record, warn: record, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages = [];
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  diag.disable();
});

/** Returns the warnings and errors logged in this test. */
export const warnings = (): readonly string[] => messages;

/** Runs `close` after the test. */
export function afterwards(close: () => Promise<unknown> | unknown): void {
  closing.push(close);
}

/** Writes `otel.yaml` and returns its path. Prepends `file_format` if `text` does not contain it. */
export function writeFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-'));
  afterwards(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'otel.yaml');
  writeFileSync(path, text.includes('file_format') ? text : `file_format: "1.0"\n${text}`);
  return path;
}

/** Starts metrics with a file that contains `text`. */
export function startWith(text: string, options: StartSettings = {}, environment: Environment = {}) {
  const metrics = startMetrics({
    isolated: true,
    shutdownTimeoutMs: 3_000,
    catalogues: { shop },
    ...options,
    environment: { ...environment, OTEL_CONFIG_FILE: writeFile(text) },
  });
  afterwards(metrics.shutdown);
  return metrics;
}

/** Returns the problems that `ready` rejects with for a file that contains `text`, as `path: problem`. */
export async function problemsOf(text: string, environment: Environment = {}): Promise<string[]> {
  const error = await startWith(text, {}, environment).ready.then(
    () => undefined,
    (reason: MetricsError) => reason,
  );
  if (error === undefined) return [];
  return error.message
    .split('\n')
    .filter((line) => line.startsWith('  - '))
    .map((line) => line.slice(4).replace(/^otel\.yaml:/, ''));
}

/** Returns the settings that come from the file, by name, as `value from path`. */
export function settingsOf(text: string, options: StartSettings = {}, environment: Environment = {}) {
  const { settings } = startWith(text, options, environment);
  return Object.fromEntries(
    [...settings]
      .filter(({ from }) => from.startsWith('otel.yaml'))
      .map(({ name, value, from }) => [name, `${value} from ${from.slice('otel.yaml:'.length)}`]),
  );
}
