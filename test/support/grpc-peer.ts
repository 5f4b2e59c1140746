/** A gRPC server that replaces an OTLP receiver in tests: records its requests, and answers as the test chooses. */
import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';

/** Path of OTLP's call for metrics. */
const path = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** A received request. */
export interface GrpcRequest {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Address of the client's connection. */
  readonly from: string;
  readonly body: Buffer;
}

/**
 * A failed status, or an accepted request with the bytes of its response. `hang` never answers, `reset` breaks all
 * connections, `stop` also ends the server.
 */
export type GrpcAnswer =
  | { readonly code: keyof typeof status; readonly details?: string; readonly trailers?: Record<string, Buffer> }
  | { readonly code?: undefined; readonly body?: Buffer }
  | 'hang'
  | 'reset'
  | 'stop';

/** Options of the server. */
export interface GrpcPeerOptions {
  readonly answer?: (request: GrpcRequest, count: number) => GrpcAnswer;
  readonly port?: number;
  readonly credentials?: ServerCredentials;
}

const accept = (): GrpcAnswer => ({});

/** Starts the server on a port of 127.0.0.1, a free port by default. */
export async function startGrpcPeer(options: GrpcPeerOptions = {}) {
  const { answer = accept, port: atPort = 0, credentials = ServerCredentials.createInsecure() } = options;
  const requests: GrpcRequest[] = [];
  const server = new Server();

  function take(call: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>): void {
    const request = { metadata: call.metadata.getMap(), body: call.request, from: call.getPeer() };
    requests.push(request);
    const chosen = answer(request, requests.length);
    if (chosen === 'hang') return;
    if (chosen === 'stop') server.forceShutdown();
    else if (chosen === 'reset') server.drain(`127.0.0.1:${port}`, 0);
    else if (chosen.code !== undefined) {
      reply({ code: status[chosen.code], details: chosen.details ?? '', metadata: trailersOf(chosen.trailers) });
    } else reply(null, chosen.body ?? Buffer.alloc(0));
  }

  const asIs = (bytes: Buffer) => bytes;
  const serializers = {
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  server.addService(
    { export: { path, requestStream: false, responseStream: false, ...serializers } },
    { export: take },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${atPort}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.forceShutdown();
    },
  };
}

function trailersOf(trailers: Record<string, Buffer> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return metadata;
}
