/** Points of scrapes in `status()`. */
import { describe, expect, test } from 'vitest';
import { ask } from '../../support/http-raw.js';
import { serve } from './serving.js';

const formats = [
  ['text', { accept: 'text/plain' }, {}, [6, 13]],
  ['OpenMetrics', { accept: 'application/openmetrics-text' }, {}, [6, 13]],
  ['protobuf', { accept: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily' }, {}, [6, 13]],
  // Without the histogram that is 0 before its first recording.
  ['stock output', {}, { stock: true }, [5, 11]],
] as const;

describe.each(formats)('%s', (_, headers, options, [first, both]) => {
  test('a collection counts its points', async () => {
    const { metrics, url } = await serve(options);
    const exported = () => metrics.status().backends[0]?.points.exported;
    expect(exported()).toBe(0);
    for (const channel of ['web', 'app'] as const) metrics.shop.orders.add(1, { channel });
    for (let visitor = 0; visitor < 3; visitor++) metrics.crowd.waits.record(1, { visitor });
    await ask(url, { headers });
    expect(exported()).toBe(first);
    metrics.crowd.visits.add(1, { visitor: 7 });
    await ask(url, { headers });
    expect(exported()).toBe(both);
  });
});

test('a selection of families and a failed scrape do not change what a collection counts', async () => {
  const { metrics, url } = await serve({}, { logLevel: 'none' });
  metrics.shop.orders.add(1, { channel: 'web' });
  metrics.shop.orders.add(1, { channel: 'app' });
  await ask(`${url}?name[]=target_info`);
  expect(metrics.status().backends[0]?.points.exported).toBe(3);
  await metrics.shutdown();
  expect((await ask(url).catch(() => ({ status: 503 }))).status).toBe(503);
  expect(metrics.status().backends[0]?.points.exported).toBe(3);
});
