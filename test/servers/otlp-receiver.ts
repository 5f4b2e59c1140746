/** Starts a real OTLP receiver, Rotel or an OpenTelemetry Collector, and reads the batches from its log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../support/program.js';
import { type ReceivedBatch, readDebugLog } from './debug-log.js';
import { freePorts, untilAnswers } from './listening.js';

/** A running receiver. */
export interface OtlpReceiver {
  /** Value for OTEL_EXPORTER_OTLP_ENDPOINT with a protocol of HTTP. */
  readonly url: string;
  /** Value for OTEL_EXPORTER_OTLP_ENDPOINT with protocol `grpc`. */
  readonly grpcUrl: string;
  /** Returns the batches of one service, in order of arrival. */
  received(serviceName: string): ReceivedBatch[];
  stop(): Promise<void>;
}

export async function startOtlpReceiver(bin: string): Promise<OtlpReceiver> {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-otlp-'));
  const [http, grpc] = await freePorts(2);
  const args =
    process.env['GATE_OTLP_RECEIVER'] === 'collector'
      ? collectorArguments(folder, http as number, grpc as number)
      : rotelArguments(folder, http as number, grpc as number);
  const program = startProgram(bin, args);
  const url = `http://127.0.0.1:${http}`;
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // The root path answers 404, which shows that the receiver listens.
  await untilAnswers(program, url, { anyStatus: true }).catch((error) => {
    removeFolder();
    throw error;
  });
  return {
    url,
    grpcUrl: `http://127.0.0.1:${grpc}`,
    received: (serviceName) =>
      readDebugLog(program.output()).filter(({ resource }) => resource['service.name'] === `Str(${serviceName})`),
    async stop() {
      await program.stop();
      removeFolder();
    },
  };
}

function rotelArguments(folder: string, http: number, grpc: number): string[] {
  return [
    'start',
    ...['--otlp-http-endpoint', `127.0.0.1:${http}`, '--otlp-grpc-endpoint', `127.0.0.1:${grpc}`],
    ...['--exporter', 'blackhole', '--debug-log', 'metrics', '--debug-log-verbosity', 'detailed'],
    ...['--pid-file', join(folder, 'rotel.pid'), '--log-file', join(folder, 'rotel.log')],
  ];
}

function collectorArguments(folder: string, http: number, grpc: number): string[] {
  const config = join(folder, 'collector.yaml');
  // Without `level: none` the Collector serves its own metrics on a fixed port.
  writeFileSync(
    config,
    `receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:${http}
      grpc:
        endpoint: 127.0.0.1:${grpc}
exporters:
  debug:
    verbosity: detailed
    sampling_thereafter: 1
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    metrics:
      receivers: [otlp]
      exporters: [debug]
`,
  );
  return ['--config', config];
}
