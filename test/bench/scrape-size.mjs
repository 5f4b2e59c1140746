/**
 * Prints the size of a scrape of 1,000 histogram series in each format.
 *
 *   npm run build && node test/bench/scrape-size.mjs
 */
import { gunzipSync } from 'node:zlib';
import { defineCatalogue, histogram, integer, oneOf, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';

const formats = {
  'text 0.0.4': 'text/plain',
  'OpenMetrics 1.0': 'application/openmetrics-text;version=1.0.0',
  'OpenMetrics 2.0': 'application/openmetrics-text;version=2.0.0',
  protobuf: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
};

const attributes = {
  'http.request.method': oneOf('GET', 'POST'),
  'http.response.status_code': oneOf('200', '400', '404', '500', '503'),
  route: integer({ min: 0, max: 99 }),
};
const common = { unit: 's', description: 'Duration of requests.', attributes };
const aggregations = {
  explicit: { buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
  exponential: { aggregation: 'exponential' },
};

for (const [title, aggregation] of Object.entries(aggregations)) {
  const catalogue = defineCatalogue({
    duration: histogram({ name: 'http.server.request.duration', ...common, ...aggregation }),
  });
  const backend = prometheus({ host: '127.0.0.1', port: 0, openMetrics2: true });
  const settings = { isolated: true, environment: {}, logLevel: 'none' };
  const metrics = startMetrics({ ...settings, catalogues: { http: catalogue }, backends: [backend] });
  await metrics.ready;
  // Durations from 1 ms to 10 s, the same at each run.
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (const method of ['GET', 'POST']) {
    for (const status of ['200', '400', '404', '500', '503']) {
      for (let route = 0; route < 100; route++) {
        const bound = metrics.http.duration.bind({
          'http.request.method': method,
          'http.response.status_code': status,
          route,
        });
        for (let request = 0; request < 100; request++) bound.record(10 ** (4 * random() - 3));
      }
    }
  }
  console.log(`\n1,000 series, ${title} buckets\n\nformat           | bytes     | with gzip | lines\n`);
  for (const [format, accept] of Object.entries(formats)) {
    const response = await fetch(metrics.status().backends[0].url, { headers: { accept, 'accept-encoding': 'gzip' } });
    const compressed = Number(response.headers.get('content-length'));
    const body = Buffer.from(await response.arrayBuffer());
    const plain = body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
    const lines = format === 'protobuf' ? '' : String(plain.toString().split('\n').length - 1);
    const cells = [plain.length, compressed].map((bytes) => bytes.toLocaleString('en-US').padStart(9));
    console.log([format.padEnd(16), ...cells, lines.padStart(6)].join(' | '));
  }
  await metrics.shutdown();
}
