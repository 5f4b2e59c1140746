/** Calls the strict OpenMetrics parser of Prometheus' Python client. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReadSample } from './samples.js';

const script = fileURLToPath(new URL('fixtures/openmetrics.py', import.meta.url));

/** A sample with its exemplar. */
export interface OpenMetricsSample extends ReadSample {
  readonly exemplar: { readonly labels: Readonly<Record<string, string>>; readonly value: number } | null;
}

/** A parsed family. */
export interface OpenMetricsFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly OpenMetricsSample[];
}

/** Parses a body. @throws {Error} with the parser's message if it rejects the body. */
export function parseOpenMetrics(python: string, body: string): OpenMetricsFamily[] {
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: body,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(`the parser rejects the body: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as OpenMetricsFamily[];
}
