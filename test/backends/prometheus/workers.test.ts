/** Endpoints in cluster workers and worker threads: no scrape returns the values of an arbitrary worker unnoticed. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePorts } from '../../servers/listening.js';
import { startHttpPeer } from '../../support/http-peer.js';
import { startApp, startNode } from '../../support/program.js';

const program = fileURLToPath(new URL('cluster.mjs', import.meta.url));

async function runCluster(mode: string) {
  const ports = await freePorts(3);
  const { code, stdout, stderr } = await startNode([program], { MODE: mode, PORTS: ports.join() }).end;
  expect(code).toBe(0);
  const { scraped, errors } = JSON.parse(stdout) as { scraped: string[][]; errors: string[] };
  return { scraped, errors, stderr, port: ports[0] };
}

test.each(['own', 'any'])('each cluster worker serves its own values: port %s', async (mode) => {
  const { scraped, errors, stderr } = await runCluster(mode);
  expect(scraped.sort()).toEqual([['1'], ['2']]);
  expect(errors).toEqual([]);
  expect(stderr).toBe('');
});

test('a cluster worker whose port another worker uses logs an error with the remedy', async () => {
  const { scraped, errors, stderr, port } = await runCluster('fixed');
  expect(scraped).toEqual([[expect.stringMatching(/^[12]$/)]]);
  expect(errors).toEqual([expect.stringContaining('METRICS_PORT_IN_USE')]);
  expect(stderr).toContain(
    `port: got ${port}, expected a port per cluster worker, such as ` +
      'prometheus({ port: 9464 + cluster.worker.id }), or otlp; not opened [METRICS_PORT_IN_USE]',
  );
});

test('an endpoint in the server of a cluster worker logs a warning, because the workers share the server', async () => {
  const { scraped, stderr } = await runCluster('mounted');
  expect(scraped).toEqual([['1', '2']]);
  expect(stderr.match(/mounted in the server of a cluster worker: a scrape returns the values of any/g)).toHaveLength(
    2,
  );
});

/** Starts metrics in a worker thread with `environment`, which its main thread does not see. */
const inThread = (start: string, environment: Record<string, string>) => `
  import { Worker } from 'node:worker_threads';
  const source = \`import('otelier').then(({ startMetrics }) => { ${start} });\`;
  const worker = new Worker(source, { eval: true, env: ${JSON.stringify(environment)} });
  worker.on('error', (error) => console.log('error', error));
  worker.on('exit', (code) => console.log('exit', code));`;

test('a worker thread whose port the main thread uses logs an error with the remedy and continues', async () => {
  const [port] = await freePorts(1);
  const environment = {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  };
  const source = `
    import { startMetrics } from 'otelier';
    await startMetrics().ready;
    ${inThread('startMetrics().ready.catch(() => undefined);', environment).trim()}`;
  const { code, stdout, stderr } = await startApp(source, environment).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'exit 0\n' });
  expect(stderr).toContain(
    `PORT: got ${port}, expected a port per worker thread, such as ` +
      'prometheus({ port: 0 }), or otlp; not opened [METRICS_PORT_IN_USE]',
  );
});

test.each([
  [{}, /^\[otelier\] warn: pushgateway: groupingKey is empty in a worker thread: each push replaces .* per worker,/],
  [{ OTELIER_PUSHGATEWAY_GROUPING_KEY: 'worker=1' }, /^$/],
])('pushgateway in a worker thread with %j', async (key, logged) => {
  const peer = await startHttpPeer();
  const environment = { OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: peer.url, ...key };
  const { code, stderr } = await startApp(inThread('startMetrics({ serviceName: "job" });', environment)).end;
  await peer.close();
  expect(code).toBe(0);
  expect(stderr).toMatch(logged);
  expect(peer.requests.map(({ method }) => method)).toEqual(['PUT']);
});
