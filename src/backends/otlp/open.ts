/** Makes what sends to one OTLP endpoint. Loaded when the backend is started. */
import type { BackendContext } from '../../delivery/contract.js';
import type { Deliveries } from '../../delivery/deliveries.js';
import { requestSender } from '../../delivery/requests.js';
import type { Sender } from '../../delivery/sender.js';
import { openSpool } from '../../delivery/spool/spool.js';
import { readTlsFiles } from '../../delivery/tls-files.js';
import { createTransport, type TransportTarget } from '../../delivery/transport.js';
import { OtlpEncoder } from '../../formats/otlp/encoder.js';
import { encodeJson } from '../../formats/otlp/json.js';
import { readJsonPartialSuccess, readPartialSuccess } from '../../formats/otlp/partial-success.js';
import type { Collected } from '../../model/collected.js';
import type { EncodedCollection } from '../../model/request.js';
import { version } from '../../version.js';
import type { OtlpOptions } from './options.js';

/** What a sender needs beside its options. */
export interface SenderSurroundings extends Pick<BackendContext, 'clock' | 'spool' | 'warn'> {
  readonly preferences: Pick<Sender, 'aggregation' | 'temporality'>;
  readonly deliveries: Deliveries;
}

/** A sender; nothing is connected yet. */
export async function openSender(options: OtlpOptions, surroundings: SenderSurroundings): Promise<Sender> {
  const { preferences, deliveries, clock, spool: place, warn } = surroundings;
  const { maxRequestBytes } = options;
  const transport = createTransport(targetOf(options, warn), clock, deliveries.retried);
  const { dropped } = deliveries;
  const backlog = await openSpool({ place, name: 'otlp', identity: identityOf(options), clock, warn, dropped });
  const common = { ...preferences, transport, deliveries, clock, backlog };
  if (isJson(options)) {
    return requestSender({
      ...common,
      readAnswer: readJsonPartialSuccess,
      async encode(collected) {
        const metrics = await collected.resourceMetrics();
        await metrics.resource.waitForAsyncAttributes?.();
        return encodeJson(metrics, maxRequestBytes);
      },
    });
  }
  const encoder = new OtlpEncoder({ maxRequestBytes });
  return requestSender({
    ...common,
    readAnswer: readPartialSuccess,
    encode: (collected) => encodeProtobuf(encoder, collected),
    recycle: (requests) => encoder.recycle(requests),
  });
}

async function encodeProtobuf(encoder: OtlpEncoder, collected: Collected): Promise<EncodedCollection> {
  await collected.walk(encoder);
  if (encoder.points === 0) return { requests: [], oversized: 0 };
  await encoder.resource?.waitForAsyncAttributes?.();
  const bodies = encoder.requests();
  const requests = bodies.map((body, index) => ({ body, points: encoder.pointsOfRequests[index] as number }));
  return { requests, oversized: encoder.oversized };
}

function targetOf(options: OtlpOptions, warn: BackendContext['warn']): TransportTarget {
  const gzip = options.compression === 'gzip';
  return {
    url: options.endpoint,
    headers: {
      'user-agent': `otelier/${version}`,
      'content-type': isJson(options) ? 'application/json' : 'application/x-protobuf',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      // Whatever its case, the later of two of one name is sent.
      ...options.presetHeaders,
      ...options.headers,
    },
    gzip,
    tls: readTlsFiles(options, 'otlp', warn),
  };
}

/** Headers are part of it: they tell tenants apart, and what one has kept is not for another. */
function identityOf(options: OtlpOptions): string {
  const { endpoint, presetHeaders, headers } = options;
  const sent = Object.entries({ ...presetHeaders, ...headers }).sort();
  return JSON.stringify([endpoint, isJson(options) ? 'json' : 'protobuf', sent]);
}

function isJson({ protocol }: OtlpOptions): boolean {
  return protocol === 'http/json';
}
