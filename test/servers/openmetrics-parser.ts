/** The strict OpenMetrics parser of Prometheus' Python client. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReadSample } from './samples.js';

const script = fileURLToPath(new URL('fixtures/openmetrics.py', import.meta.url));

/** A sample, with the exemplar that its line ends in. */
export interface OpenMetricsSample extends ReadSample {
  readonly exemplar: { readonly labels: Readonly<Record<string, string>>; readonly value: number } | null;
}

/** A family as the parser understands it. */
export interface OpenMetricsFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly OpenMetricsSample[];
}

/** @throws {Error} with what the parser says of a body that it refuses. */
export function parseOpenMetrics(python: string, body: string): OpenMetricsFamily[] {
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: body,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(`The parser refuses it: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as OpenMetricsFamily[];
}
