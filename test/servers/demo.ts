/** Starts the demo of the inference server with its scrape endpoint on a free port. */
import { fileURLToPath } from 'node:url';
import { type Program, startNode } from '../support/program.js';
import { freePorts, untilAnswers } from './listening.js';

const built = fileURLToPath(new URL('../../build/examples/03-inference-server/demo.js', import.meta.url));

/** A running demo. */
export interface Demo extends Pick<Program, 'stop'> {
  /** Host and port of `/metrics`. */
  readonly target: string;
  scrape(): Promise<string>;
}

export async function startDemo(): Promise<Demo> {
  const [port] = await freePorts(1);
  const target = `127.0.0.1:${port}`;
  const program = startNode([built], {
    OTELIER_COLLECTORS: '',
    PORT: '0',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  });
  const url = `http://${target}/metrics`;
  await untilAnswers(program, url);
  return {
    target,
    stop: program.stop,
    scrape: async () => (await fetch(url)).text(),
  };
}
