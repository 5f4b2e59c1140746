/**
 * A custom backend sends metrics to InfluxDB with the reader, retries and accounting of the package. Without
 * `INFLUX_HOST`, a server within the program replaces InfluxDB and prints the lines.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { counter, defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { influx } from './influx.ts';

const jobs = defineCatalogue({
  done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs done.', attributes: { queue: text() } }),
  time: histogram({ name: 'jobs.time', unit: 's', description: 'Time that a job takes.', buckets: [0.1, 1, 10] }),
});

const server = createServer(async (request, response) => {
  for await (const chunk of request) process.stdout.write(chunk);
  response.writeHead(204).end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const standIn = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const metrics = startMetrics({
  serviceName: 'own-backend',
  withoutSelfMetrics: true,
  catalogues: { jobs },
  backends: [influx(process.env['INFLUX_HOST'] === undefined ? { url: standIn, token: 'a-token' } : {})],
});
metrics.jobs.done.add(3, { queue: 'mail, urgent' });
metrics.jobs.time.record(0.25);

const { ok, backends } = await metrics.shutdown();
console.log(ok ? 'delivered' : `not delivered: ${backends[0]?.reason}`);
server.close();
server.closeAllConnections();
