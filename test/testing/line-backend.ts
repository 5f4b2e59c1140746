/** A small backend of public parts, one JSON line per point, which can be broken in one way for each conformance case. */
import { connect } from 'node:net';
import {
  aggregationTemporalities,
  aggregationTypes,
  type BackendKind,
  type Collected,
  type ConfiguredBackend,
  createTransport,
  type ExponentialPoint,
  type HistogramPoint,
  keepDeliveries,
  type MetricStream,
  type NumberPoint,
  type PointVisitor,
  type Posted,
  PushReader,
  redactUrl,
  requestSender,
  secretOption,
  type Transport,
  urlOption,
} from 'otelier/backends';
import type { ArrivedPoint, BackendSubject, ConformanceCaseName } from 'otelier/testing/backend';

const options = {
  url: urlOption({ description: 'Where lines are posted to.', default: 'http://localhost:1' }),
  key: secretOption({ description: 'The key.', default: '' }),
};

type Broken = ConformanceCaseName | undefined;

/** The subject, broken so that it fails `broken` and works otherwise as far as that goes. */
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
      const deliveries = keepDeliveries({ name: 'lines', clock, where: () => redactUrl(url), warn, onDelivery });
      if (broken === 'accounts for every point') deliveries.exported = deliveries.rejected.bind(undefined, 1) as never;
      if (broken === 'starts without touching the network') touch(url);
      if (broken === 'keeps secrets') warn(`lines: posts with ${key}`);
      const target = { url, headers: { 'x-key': key }, gzip: false, tls: {} };
      const transport = breakTransport(broken, () => createTransport(target, clock, deliveries.retried));
      const sender = requestSender({
        transport,
        deliveries,
        clock,
        aggregation: () => ({ type: aggregationTypes.default }),
        temporality: () => aggregationTemporalities.delta,
        encode: (collected) => encode(collected, broken),
      });
      const timer = broken === 'keeps no process alive' ? setInterval(() => {}, 1_000) : undefined;
      const close = sender.close;
      sender.close = async () => {
        clearInterval(timer);
        if (broken !== 'leaves nothing open') await close();
      };
      const reader = new PushReader(sender, deliveries, { clock, intervalMs, timeoutMs });
      if (broken === 'ends once, however often it is told') settleOnce(reader);
      return { name: 'lines', reader, ready: Promise.resolve(), status: deliveries.status };
    },
  };
}

function touch(url: string): void {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.destroy());
  socket.unref().on('error', () => undefined);
}

function settleOnce(reader: PushReader): void {
  const shutdown = reader.shutdown.bind(reader);
  let calls = 0;
  reader.shutdown = () => (calls++ === 0 ? shutdown() : new Promise(() => {}));
}

/** What a request that was not taken becomes, by the case that is to fail. */
const lies: Partial<Record<ConformanceCaseName, (posted: Posted) => Posted>> = {
  'goes on when the peer refuses': (posted) => (posted.kind === 'refused' ? taken : posted),
  'goes on when the peer throttles': (posted) =>
    posted.kind === 'unavailable' ? { kind: 'unavailable', reason: posted.reason } : posted,
  'goes on when the peer fails': (posted) =>
    posted.kind === 'unavailable' && posted.reason.startsWith('HTTP')
      ? { kind: 'refused', reason: posted.reason, status: 503 }
      : posted,
  'goes on when the peer hangs': (posted) => (reasonIs(posted, /no answer/) ? taken : posted),
  'goes on when the peer closes connections': (posted) => (reasonIs(posted, /hang up|ECONNRESET/) ? taken : posted),
  'goes on when the peer is absent': (posted) => (reasonIs(posted, /ECONNREFUSED|hang up|ECONNRESET/) ? taken : posted),
};

const taken: Posted = { kind: 'accepted', body: new Uint8Array() };

function reasonIs(posted: Posted, pattern: RegExp): boolean {
  return posted.kind !== 'accepted' && pattern.test(posted.reason);
}

function breakTransport(broken: Broken, create: () => Transport): Transport {
  const [transport, another] = [create(), create()];
  const lie = broken === undefined ? undefined : lies[broken];
  return {
    ...transport,
    async send(body, timeoutMs) {
      if (broken === 'has one delivery at a time') void another.send(body, timeoutMs);
      const posted = await transport.send(body, timeoutMs);
      return lie?.(posted) ?? posted;
    },
  };
}

async function encode(collected: Collected, broken: Broken) {
  const lines = new Lines(broken);
  await collected.walk(lines);
  const points = lines.written.length;
  if (points === 0 && broken !== 'sends nothing when there is nothing') return { requests: [], oversized: 0 };
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
    if (this.#broken !== 'delivers every kind of point') this.#write(attributes, { count, sum });
  }

  exponentialHistogram({ attributes, count, sum }: ExponentialPoint): void {
    if (this.#broken !== 'delivers exponential histograms') this.#write(attributes, { count, sum });
  }

  #write(attributes: object, value: ArrivedPoint['value']): void {
    const line = JSON.stringify({ metric: this.#metric, attributes, value });
    if (this.#broken === 'loses no sample to hostile text' && line.includes('\\n')) return;
    this.written.push(line);
  }
}
