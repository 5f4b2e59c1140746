/** Tests that docs/buckets.md states the names and the errors of exponential histograms. */
import { readFileSync } from 'node:fs';
import { defineCatalogue, histogram, startMetrics } from 'otelier';
import { InMemoryReader, parseExposition } from 'otelier/testing';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../docs/buckets.md', import.meta.url), 'utf8');
const definition = { unit: 's', description: 'Time until a carrier answers.', aggregation: 'exponential' } as const;
const shop = defineCatalogue({ quote: histogram({ ...definition, name: 'shop.quote.duration' }) });

function start() {
  const reader = new InMemoryReader();
  return { reader, ...startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } }) };
}

test('the queries name the metric as a scrape does', async () => {
  const metrics = start();
  metrics.shop.quote.record(0.42);
  const families = parseExposition(await metrics.exposition());
  const queried = [...page.matchAll(/rate\((\w+?)(?:_bucket)?\[5m\]\)/g)].map(([, name]) => name);
  expect(queried).toHaveLength(5);
  for (const name of queried) expect(families.map((family) => family.name)).toContain(name);
  expect(await metrics.exposition()).toMatch(/^shop_quote_duration_seconds_bucket\{.*le="0\.5"\} 1$/m);
});

const rows = [...page.matchAll(/^\| ([\d,]+) \| ([\d.]+) % \| (\d+) \|$/gm)].map(([, range, percent, buckets]) => ({
  range: Number(range?.replaceAll(',', '')),
  percent: Number(percent),
  buckets: Number(buckets),
}));

test.each(rows)(
  'with a range of $range, $buckets buckets for each doubling err by less than $percent %',
  async (row) => {
    const metrics = start();
    // The position of the range decides whether it needs one bucket more: no position may need wider buckets than stated.
    for (const smallest of [0.001, 0.0013, 0.7, 1, 3, 1_000]) {
      metrics.reader.reset();
      metrics.shop.quote.record(smallest);
      metrics.shop.quote.record(smallest * row.range);
      const { scale } = (await metrics.reader.valueOf('shop.quote.duration')) as { scale: number };
      expect(2 ** scale).toBeGreaterThanOrEqual(row.buckets);
      expect((2 ** (1 / row.buckets) - 1) * 100).toBeLessThan(row.percent);
      expect((2 ** (1 / row.buckets) - 1) * 100).toBeGreaterThan(row.percent * 0.9);
    }
  },
);

test('the page states the error of four ranges', () => {
  expect(rows).toHaveLength(4);
});
