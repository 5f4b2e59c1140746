/**
 * Makes one gRPC call per attempt, as `delivery/http-client.ts` makes one HTTP request. `delivery/retry.ts` decides about
 * further attempts, with one exception: if a reused connection breaks, the same bytes are sent once more at once.
 *
 * The library's own retries, and its back-off before a new connection, are not used.
 */
import type { Client, Metadata } from '@grpc/grpc-js';
import type { HttpClient, HttpTarget } from '../../../delivery/http-client.js';
import { noAnswer, type PostResult } from '../../../delivery/http-response.js';
import { secretsHidden } from '../../../delivery/redaction.js';
import type { Clock } from '../../../model/clock.js';
import { late, withDeadline } from '../../../model/deadline.js';
import { version } from '../../../version.js';
import type { GrpcLibrary } from './package.js';
import { type CallOutcome, isAnswered, readOutcome } from './response.js';

/** Path of the call (opentelemetry-proto, `metrics_service.proto`). */
const method = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** Destination and form of the calls. */
export interface GrpcTarget extends Pick<HttpTarget, 'gzip' | 'tls'> {
  /** `http` for a connection without TLS, `https` for TLS. Only host and port are used. */
  readonly url: URL;
  readonly metadata: Metadata;
}

/** Creates a client. Opens no connection. */
export function createGrpcClient(target: GrpcTarget, grpc: GrpcLibrary, clock: Clock): HttpClient {
  const { url, metadata, gzip } = target;
  const headers = Object.fromEntries(Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]));
  const withoutSecrets = secretsHidden(url, headers);
  const statusOf = (code: number) => grpc.status[code] ?? String(code);
  let client: Client | undefined;
  /** True if the client has served a call before: the server may have closed its idle connection. */
  let isReused = false;
  /** True if the server has answered before: its URL is then right. */
  let hasAnswered = false;

  const connect = () =>
    new grpc.Client(addressOf(url), credentialsOf(target, grpc), {
      'grpc.primary_user_agent': `otelier/${version}`,
      'grpc.default_compression_algorithm': grpc.compressionAlgorithms[gzip ? 'gzip' : 'identity'],
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      // Other clients of the application must not share the connection: its back-off would apply to exports.
      'grpc.use_local_subchannel_pool': 1,
    });

  /** Closes the connection, so that the next attempt opens a new one. */
  const disconnect = () => {
    client?.close();
    client = undefined;
    isReused = false;
  };

  /** Makes one call. `stale` is true if a reused connection broke without an answer. */
  async function attempt(body: Uint8Array, timeoutMs: number): Promise<PostResult & { readonly stale?: boolean }> {
    client ??= connect();
    const { outcome, isSent, cancel } = begin(client, metadata, body);
    const ended = await withDeadline(outcome, timeoutMs);
    if (ended === late) {
      const ambiguous = isSent();
      cancel();
      disconnect();
      return noAnswer(timeoutMs, ambiguous);
    }
    const answered = isAnswered(ended);
    const stale = isReused && ended.sent && !answered;
    if (answered) isReused = hasAnswered = true;
    else disconnect();
    return { ...readOutcome(ended, statusOf, withoutSecrets, hasAnswered ? undefined : url), stale };
  }

  return {
    async post(body, timeoutMs) {
      const endMs = clock.monotonicMs() + timeoutMs;
      const { stale, ...first } = await attempt(body, timeoutMs);
      const leftMs = endMs - clock.monotonicMs();
      if (!stale || leftMs <= 0) return first;
      const { stale: _, ...second } = await attempt(body, leftMs);
      return second.kind === 'failed' ? { ...second, ambiguous: true } : second;
    },
    withoutSecrets,
    close: disconnect,
  };
}

interface RunningCall {
  readonly outcome: Promise<CallOutcome>;
  isSent(): boolean;
  cancel(): void;
}

/** Begins a call. */
function begin(client: Client, metadata: Metadata, body: Uint8Array): RunningCall {
  const target = client.getChannel().getTarget();
  let hasHeaders = false;
  let end = (_: CallOutcome) => {};
  const outcome = new Promise<CallOutcome>((resolve) => {
    end = resolve;
  });
  // The peer of a call without a connection is the target itself.
  const isSent = () => call.getPeer() !== target;
  const call = client.makeUnaryRequest(method, asBuffer, asIs, body, metadata, (error, response) => {
    const common = { sent: isSent(), hasHeaders };
    end(error === null ? { ...common, response: response ?? new Uint8Array() } : { ...common, error });
  });
  call.once('metadata', () => {
    hasHeaders = true;
  });
  return { outcome, isSent, cancel: () => call.cancel() };
}

const asIs = (bytes: Buffer): Uint8Array => bytes;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

function credentialsOf({ url, tls }: GrpcTarget, { credentials }: GrpcLibrary) {
  if (url.protocol !== 'https:') return credentials.createInsecure();
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}
