/** Starts a real Pushgateway, the strictest parser of text 0.0.4: it rejects inconsistent metrics. */
import { startProgram } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';
import type { ReadSample } from './samples.js';

/** A running Pushgateway. */
export interface Pushgateway {
  readonly url: string;
  /** Pushes a body and replaces the previous push. Rejects with Pushgateway's error. */
  push(body: string, contentType: string): Promise<void>;
  /** Returns the pushed families, without those that Pushgateway adds. */
  families(): Promise<PushedFamily[]>;
  /** Returns the pushed families by group, without the labels of the group. */
  groups(): Promise<PushedGroup[]>;
  /** Returns a scrape of the Pushgateway. */
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

/** A family as parsed by Pushgateway. */
export interface PushedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

/** A group and its families. */
export interface PushedGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly families: readonly PushedFamily[];
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

/** Starts a Pushgateway without persistence. */
export async function startPushgateway(bin: string): Promise<Pushgateway> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = startProgram(bin, [
    `--web.listen-address=127.0.0.1:${port}`,
    '--persistence.file=',
    '--log.level=warn',
  ]);
  await untilAnswers(program, `${url}/-/ready`);

  async function groups(): Promise<PushedGroup[]> {
    const response = await fetch(`${url}/api/v1/metrics`);
    const { data } = (await response.json()) as { data: GroupAnswer[] };
    return data.map(({ labels, last_push_successful: _, ...families }) => ({
      labels,
      families: familiesOf(labels, families as Record<string, FamilyAnswer>),
    }));
  }

  return {
    url,
    groups,
    async push(body, contentType) {
      const headers = { 'content-type': contentType };
      const response = await fetch(`${url}/metrics/job/pushed`, { method: 'PUT', headers, body });
      if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    },
    families: async () => [...((await groups())[0]?.families ?? [])],
    scrape: async () => (await fetch(`${url}/metrics`)).text(),
    stop: program.stop,
  };
}

interface GroupAnswer {
  readonly labels: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}

function familiesOf(group: PushedGroup['labels'], answers: Readonly<Record<string, FamilyAnswer>>): PushedFamily[] {
  return Object.entries(answers)
    .filter(([name]) => !/^push_(failure_)?time_seconds$/.test(name))
    .map(([name, { type, help, metrics }]) => ({
      name,
      type: type.toLowerCase(),
      help,
      samples: metrics.flatMap((metric) => samplesOf(name, metric, group)),
    }));
}

function samplesOf(
  name: string,
  { labels: given, value, buckets, count, sum }: MetricAnswer,
  group: PushedGroup['labels'],
): ReadSample[] {
  // Pushgateway adds an empty label `instance` if a sample has none.
  const isOwn = ([label, text]: [string, string]) => !Object.hasOwn(group, label) && `${label}=${text}` !== 'instance=';
  const labels = Object.fromEntries(Object.entries(given).filter(isOwn));
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
