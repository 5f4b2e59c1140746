/** Delivers to a gRPC receiver in this process, and reports which metrics arrived. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { startMetrics } from 'otelier';
import { shop } from './shop.mjs';

const path = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const unchanged = (bytes) => bytes;
const method = { path, requestStream: false, responseStream: false };
const serialization = {
  requestDeserialize: unchanged,
  requestSerialize: unchanged,
  responseDeserialize: unchanged,
  responseSerialize: unchanged,
};

async function main() {
  let received = '';
  const receiver = new Server();
  receiver.addService(
    { export: { ...method, ...serialization } },
    {
      export({ request }, respond) {
        received += request.toString('latin1');
        respond(null, Buffer.alloc(0));
      },
    },
  );
  const port = await new Promise((resolve, reject) => {
    receiver.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.env.OTEL_METRICS_EXPORTER = 'otlp';
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'grpc';
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
  const metrics = startMetrics({ catalogues: { shop } });
  metrics.shop.orders.add(1, { channel: 'web' });
  metrics.shop.checkout.record(0.2);
  await metrics.ready;
  await metrics.shutdown();
  receiver.forceShutdown();
  const recorded = { 'shop.orders': 1, 'shop.checkout': 1 };
  const scraped = Object.fromEntries(Object.keys(recorded).map((name) => [name, received.includes(name) ? 1 : 0]));
  console.log(JSON.stringify({ recorded, scraped }));
}

main();
