/** A real Pushgateway: the strictest parser of text 0.0.4, which refuses what is inconsistent. */
import { startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';
import type { ReadSample } from './samples.js';

/** A Pushgateway that runs. */
export interface Pushgateway {
  /** Pushes a body in place of what was pushed; rejects with what Pushgateway says when it refuses. */
  push(body: string, contentType: string): Promise<void>;
  /** What it holds, but for what it adds itself. */
  families(): Promise<PushedFamily[]>;
  stop(): Promise<void>;
}

/** A family as Pushgateway understood it. */
export interface PushedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

interface FamilyAnswer {
  readonly type: string;
  readonly help: string;
  readonly metrics: readonly MetricAnswer[];
}

interface MetricAnswer {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly buckets?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly sum?: string;
}

export async function startPushgateway(bin: string): Promise<Pushgateway> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = startProgram(bin, [`--web.listen-address=127.0.0.1:${port}`, '--log.level=warn']);
  await untilAnswers(program, `${url}/-/ready`);
  return {
    async push(body, contentType) {
      const headers = { 'content-type': contentType };
      const response = await fetch(`${url}/metrics/job/pushed`, { method: 'PUT', headers, body });
      if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    },
    async families() {
      const response = await fetch(`${url}/api/v1/metrics`);
      const { data } = (await response.json()) as { data: Record<string, FamilyAnswer>[] };
      const [group = {}] = data;
      return Object.entries(group)
        .filter(([name, { metrics }]) => metrics !== undefined && !/^push_(failure_)?time_seconds$/.test(name))
        .map(([name, { type, help, metrics }]) => {
          return {
            name,
            type: type.toLowerCase(),
            help,
            samples: metrics.flatMap((metric) => samplesOf(name, metric)),
          };
        });
    },
    stop: program.stop,
  };
}

function samplesOf(name: string, { labels: given, value, buckets, count, sum }: MetricAnswer): ReadSample[] {
  const { job: _job, instance: _instance, ...labels } = given;
  const sample = (suffix: string, number: string | undefined, more: Record<string, string> = {}) => ({
    name: `${name}${suffix}`,
    labels: { ...labels, ...more },
    value: Number(number),
  });
  if (buckets === undefined) return [sample('', value)];
  return [
    ...Object.entries(buckets).map(([le, number]) => sample('_bucket', number, { le })),
    sample('_sum', sum),
    sample('_count', count),
  ];
}
