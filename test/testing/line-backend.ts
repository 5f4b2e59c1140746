/** A small backend of public parts that sends one JSON line per point. It can be broken to fail one conformance case. */
import { connect } from 'node:net';
import {
  aggregationTemporalities,
  aggregationTypes,
  type BackendKind,
  type Collected,
  type ConfiguredBackend,
  createHttpClient,
  type ExponentialPoint,
  type HistogramPoint,
  type HttpClient,
  type MetricStream,
  type NumberPoint,
  openAccount,
  PeriodicReader,
  type PointVisitor,
  type PostResult,
  redactUrl,
  requestExporter,
  secretOption,
  urlOption,
} from 'otelier/backends';
import type { ArrivedPoint, BackendSubject, ConformanceCaseName } from 'otelier/testing/backend';

const options = {
  url: urlOption({ description: 'URL that lines are posted to.', default: 'http://localhost:1' }),
  key: secretOption({ description: 'The key.', default: '' }),
};

type Broken = ConformanceCaseName | undefined;

/** Returns the subject; with `broken`, it fails that case. */
export function lineSubject(broken?: ConformanceCaseName): BackendSubject {
  return {
    create: ({ url, secret }): ConfiguredBackend<typeof options> => ({
      kind: kindOf(broken),
      input: { url, key: secret },
    }),
    arrived: ({ requests }) =>
      requests.flatMap(({ body }) =>
        body
          .toString()
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as ArrivedPoint),
      ),
  };
}

function kindOf(broken: Broken): BackendKind<typeof options> {
  return {
    name: 'lines',
    options,
    start(
      { url, key },
      { clock, exportIntervalMs: intervalMs = 60_000, exportTimeoutMs: timeoutMs, warn, onDelivery },
    ) {
      const account = openAccount({ name: 'lines', clock, where: () => redactUrl(url), warn, onDelivery });
      if (broken === 'accounts for every point') account.exported = account.rejected.bind(undefined, 1) as never;
      if (broken === 'starts without touching the network') touch(url);
      if (broken === 'reveals no secret') warn(`lines: posts with ${key}`);
      const target = { url, headers: { 'x-key': key }, gzip: false, tls: {} };
      const client = breakClient(broken, () => createHttpClient(target, clock));
      const exporter = requestExporter({
        client,
        account,
        clock,
        aggregation: () => ({ type: aggregationTypes.default }),
        temporality: () => aggregationTemporalities.delta,
        encode: (collected) => encode(collected, broken),
      });
      const timer = broken === 'does not keep the process alive' ? setInterval(() => {}, 1_000) : undefined;
      const close = exporter.close;
      exporter.close = async () => {
        clearInterval(timer);
        if (broken !== 'leaves nothing open after shutdown') await close();
      };
      const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs });
      if (broken === 'shuts down once when called repeatedly') settleOnce(reader);
      return { name: 'lines', reader, ready: Promise.resolve(), status: account.status };
    },
  };
}

function touch(url: string): void {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.destroy());
  socket.unref().on('error', () => undefined);
}

function settleOnce(reader: PeriodicReader): void {
  const shutdown = reader.shutdown.bind(reader);
  let calls = 0;
  reader.shutdown = () => (calls++ === 0 ? shutdown() : new Promise(() => {}));
}

/** Falsified results of failed requests, by the case that is to fail. */
const falsifications: Partial<Record<ConformanceCaseName, (posted: PostResult) => PostResult>> = {
  'recovers after the peer refuses requests': (posted) => (posted.kind === 'refused' ? accepted : posted),
  'recovers after the peer throttles requests': (posted) =>
    posted.kind === 'failed' ? { kind: 'failed', reason: posted.reason, ambiguous: posted.ambiguous } : posted,
  'recovers after the peer fails with server errors': (posted) =>
    posted.kind === 'failed' && posted.reason.startsWith('HTTP')
      ? { kind: 'refused', reason: posted.reason, status: 503 }
      : posted,
  'recovers after the peer hangs': (posted) => (reasonIs(posted, /no answer/) ? accepted : posted),
  'recovers after the peer closes connections': (posted) =>
    reasonIs(posted, /hang up|ECONNRESET/) ? accepted : posted,
  'recovers after the peer is unreachable': (posted) =>
    reasonIs(posted, /ECONNREFUSED|hang up|ECONNRESET/) ? accepted : posted,
};

const accepted: PostResult = { kind: 'accepted', body: new Uint8Array() };

function reasonIs(posted: PostResult, pattern: RegExp): boolean {
  return posted.kind !== 'accepted' && pattern.test(posted.reason);
}

function breakClient(broken: Broken, create: () => HttpClient): HttpClient {
  const [client, another] = [create(), create()];
  const falsify = broken === undefined ? undefined : falsifications[broken];
  return {
    ...client,
    async post(body, timeoutMs) {
      if (broken === 'has at most one delivery in flight') void another.post(body, timeoutMs);
      const posted = await client.post(body, timeoutMs);
      return falsify?.(posted) ?? posted;
    },
  };
}

async function encode(collected: Collected, broken: Broken) {
  const lines = new Lines(broken);
  await collected.walk(lines);
  const points = lines.written.length;
  if (points === 0 && broken !== 'sends nothing when nothing was recorded') return { requests: [], oversized: 0 };
  return { requests: [{ body: Buffer.from(`${lines.written.join('\n')}\n`), points }], oversized: 0 };
}

class Lines implements PointVisitor {
  readonly written: string[] = [];
  readonly #broken: Broken;
  #metric = '';

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  metric({ name }: MetricStream): void {
    this.#metric = name;
  }

  number({ attributes, value }: NumberPoint): void {
    this.#write(attributes, this.#broken === 'delivers extreme numbers' ? Number(value.toFixed(3)) : value);
  }

  histogram({ attributes, count, sum }: HistogramPoint): void {
    if (this.#broken !== 'delivers every instrument kind') this.#write(attributes, { count, sum });
  }

  exponentialHistogram({ attributes, count, sum }: ExponentialPoint): void {
    if (this.#broken !== 'delivers exponential histograms') this.#write(attributes, { count, sum });
  }

  #write(attributes: object, value: ArrivedPoint['value']): void {
    const line = JSON.stringify({ metric: this.#metric, attributes, value });
    if (this.#broken === 'delivers hostile names, keys and values' && line.includes('\\n')) return;
    this.written.push(line);
  }
}
