/** Subjects of the conformance suite: one or more for each backend of the table, and readers of their formats. */
import { consoleTable } from 'otelier/backends/console';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { parseExposition } from 'otelier/testing';
import type { ArrivedPoint, BackendSubject, PeerRequest } from 'otelier/testing/backend';
import { decodeRequest, type Message } from '../formats/otlp/message.js';
import { peerHeader, startGrpcRelay } from '../support/grpc-relay.js';

/** Subjects by the name of the backend and the tested variant. */
export const subjects: Readonly<Record<string, BackendSubject>> = {
  'otlp, protobuf, cumulative': overOtlp({ temporality: 'cumulative' }),
  'otlp, protobuf, delta': overOtlp({ temporality: 'delta', compression: 'gzip' }),
  'otlp, protobuf, lowmemory, requests of 2 KiB': overOtlp(
    { temporality: 'lowmemory', maxRequestBytes: 2_048 },
    {
      'delivers exponential histograms': 'a point with many buckets exceeds the request size',
      'delivers hostile names, keys and values': 'a value of 4,096 characters exceeds the request size',
    },
  ),
  'otlp, json, delta': overOtlp({ temporality: 'delta', protocol: 'http/json' }),
  'otlp, grpc, cumulative': overGrpc({ temporality: 'cumulative' }),
  'otlp, grpc, delta': overGrpc({ temporality: 'delta', compression: 'gzip' }),
  prometheus: {
    delivery: 'pull',
    create: ({ secret }) => {
      token = secret;
      return prometheus({ port: 0, bearerTokens: { conformance: secret } });
    },
    arrived: async ({ url }) => (url === undefined ? [] : scraped(url)),
  },
  'pushgateway, text': {
    create: ({ url, secret }) =>
      pushgateway({ url, username: 'user', password: secret, headers: { 'x-key': secret }, withoutScopeLabels: true }),
    arrived: ({ requests }) => requests.flatMap(({ body }) => pointsOfExposition(body.toString())),
  },
  datadog: {
    create: ({ url, secret }) => datadog({ endpoint: url, apiKey: secret }),
    accepts: { status: 202, body: '{"errors":[]}' },
    arrived: ({ requests }) => requests.flatMap(({ body }) => pointsOfDatadog(body.toString())),
  },
  console: {
    delivery: 'other',
    create() {
      printed = '';
      return consoleTable({ columns: 1_000, maxSeries: 1_000 });
    },
    arrived: () => pointsOfTables(printed),
    skip: { 'delivers extreme numbers': 'the table shows three digits' },
  },
};

function overOtlp(options: Parameters<typeof otlp>[0], skip: BackendSubject['skip'] = {}): BackendSubject {
  return {
    create: ({ url, secret }) =>
      otlp({
        endpoint: `${url.replace('//', `//user:${secret}@`)}/v1/metrics?key=${secret}`,
        headers: { 'api-key': secret },
        ...options,
      }),
    arrived: ({ requests }) => requests.flatMap(pointsOfOtlp),
    skip,
  };
}

/** URL of the relay between gRPC and the HTTP peer of the suite. */
let relayUrl = '';

/** Starts what the subjects need. Returns a function that stops it. */
export async function startRelays(): Promise<() => Promise<void>> {
  const relay = await startGrpcRelay();
  relayUrl = relay.url;
  return relay.close;
}

function overGrpc(options: Parameters<typeof otlp>[0]): BackendSubject {
  return {
    create: ({ url, secret }) =>
      otlp({
        endpoint: `${relayUrl.replace('//', `//user:${secret}@`)}/?key=${secret}`,
        protocol: 'grpc',
        headers: { 'api-key': secret, [peerHeader]: url },
        ...options,
      }),
    arrived: ({ requests }) => requests.flatMap(pointsOfOtlp),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: decoded requests; their schema is not declared in the tests.
type Anything = any;

function pointsOfOtlp({ headers, body }: PeerRequest): ArrivedPoint[] {
  if (headers['content-type'] === 'application/json') return pointsOfMessage(snakeCased(JSON.parse(body.toString())));
  return pointsOfMessage(decodeRequest(body));
}

function pointsOfMessage({ resource_metrics = [] }: Message): ArrivedPoint[] {
  const metrics = (resource_metrics as Anything[])
    .flatMap(({ scope_metrics = [] }) => scope_metrics)
    .flatMap(({ metrics: list = [] }) => list);
  return metrics
    .filter(({ name }: Anything) => name.startsWith('conformance'))
    .flatMap(({ name, sum, gauge, histogram, exponential_histogram }: Anything) =>
      (sum ?? gauge ?? histogram ?? exponential_histogram).data_points.map((point: Anything) => ({
        metric: name,
        attributes: Object.fromEntries((point.attributes ?? []).map(({ key, value }: Anything) => [key, value])),
        value:
          point.count === undefined
            ? Number(point.as_double ?? point.as_int ?? 0)
            : { count: Number(point.count), sum: point.sum },
      })),
    );
}

/** Returns a copy with the snake-case names of the protobuf schema. */
function snakeCased(value: Anything): Anything {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [snake(name), snakeCased(each)]));
}

let token = '';

async function scraped(url: string): Promise<ArrivedPoint[]> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`scrape failed: HTTP ${response.status}`);
  return pointsOfExposition(await response.text());
}

function pointsOfExposition(exposition: string): ArrivedPoint[] {
  const families = parseExposition(exposition).filter(({ name }) => name.startsWith('conformance'));
  return families.flatMap(({ name, type, samples }): ArrivedPoint[] => {
    const metric = name.replace(/_total$/, '');
    if (type !== 'histogram') {
      return samples.map(({ labels, value }) => ({ metric, attributes: Object.fromEntries(labels), value }));
    }
    return samples
      .filter((sample) => sample.name.endsWith('_count'))
      .map(({ labels, value: count }) => {
        const attributes = Object.fromEntries(labels);
        const same = JSON.stringify(attributes);
        const sum = samples.find(
          (each) => each.name.endsWith('_sum') && JSON.stringify(Object.fromEntries(each.labels)) === same,
        )?.value;
        return { metric, attributes, value: { count, sum } };
      });
  });
}

/** Text that the console backend printed since its subject was created. */
let printed = '';

/** Captures the console table while tests run. Returns a function that ends the capture. */
export function captureOutput(): () => void {
  const { stdout } = process;
  const write = stdout.write;
  stdout.write = ((text: string | Uint8Array, ...rest: unknown[]) => {
    if (typeof text !== 'string' || !text.startsWith('conformance at ')) {
      return (write as (...args: unknown[]) => boolean).call(stdout, text, ...rest);
    }
    printed += text;
    (rest.at(-1) as ((error?: Error) => void) | undefined)?.();
    return true;
  }) as typeof write;
  return () => {
    stdout.write = write;
  };
}

/** Parses tables: lines with the name of a metric, and below them rows such as `  key=value  count 2  +1  0.1/s`. */
function pointsOfTables(tables: string): ArrivedPoint[] {
  let metric = '';
  return tables.split('\n').flatMap((line): ArrivedPoint[] => {
    metric = /^(\S+) {2}/.exec(line)?.[1] ?? metric;
    const cells = line.trim().split(/ {2,}/);
    const at = cells.findIndex((cell) => /^(?:count )?-?[\d.]+[kMG]?$/.test(cell));
    if (at === -1 || !metric.startsWith('conformance') || /^\S| {4}/.test(line.slice(0, 4))) return [];
    const [, isCount, digits, prefix = ''] = /^(count )?(.*?)([kMG]?)$/.exec(cells[at] as string) ?? [];
    const value = Number(digits) * ({ k: 1e3, M: 1e6, G: 1e9 }[prefix] ?? 1);
    const series = { metric, attributes: { all: cells.slice(0, at).join('  ') } };
    return [{ ...series, value: isCount === undefined ? value : { count: value, sum: undefined } }];
  });
}

/** Joins the count and the sum of a histogram, which are separate series. */
function pointsOfDatadog(body: string): ArrivedPoint[] {
  const { series }: Anything = JSON.parse(body);
  const pointOf = ({ metric, tags = [], points, type }: Anything) => ({
    metric: metric.replace(/\.count$/, ''),
    attributes: { tags: tags.join() },
    value: points[0].value as number,
    temporality: type === 1 ? ('delta' as const) : ('cumulative' as const),
  });
  const own = series.filter(({ metric }: Anything) => metric.startsWith('conformance'));
  return own
    .filter(({ metric }: Anything) => !/\.(?:sum|min|max|avg)$/.test(metric))
    .map((each: Anything): ArrivedPoint => {
      const point = pointOf(each);
      if (!each.metric.endsWith('.count')) return point;
      const sum = own.find(
        (other: Anything) => other.metric === `${point.metric}.sum` && String(other.tags) === String(each.tags),
      );
      return { ...point, value: { count: point.value, sum: sum?.points[0].value } };
    });
}
