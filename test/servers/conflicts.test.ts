/** Metrics whose names collide with samples of other metrics: the first is served, the second causes a warning. */
import type { Meter } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accepts, type Endpoint, startEndpoint } from './endpoint.js';
import { type RunningParser, strictParsers } from './strict-parsers.js';

interface Conflict {
  readonly title: string;
  /** Creates the served metric, then the colliding metric. */
  record(meter: Meter): void;
  /** Values of the served and of the colliding metric. */
  readonly served: number;
  readonly omitted: number;
  /** True if text 0.0.4 has no such conflict. */
  readonly onlyOpenMetrics?: boolean;
}

const conflicts: readonly Conflict[] = [
  {
    title: 'a gauge, then a counter',
    record(meter) {
      meter.createGauge('jobs').record(7);
      meter.createCounter('jobs').add(8);
    },
    served: 7,
    omitted: 8,
    onlyOpenMetrics: true,
  },
  {
    title: 'a gauge, then a histogram',
    record(meter) {
      meter.createGauge('jobs').record(7);
      meter.createHistogram('jobs').record(8);
    },
    served: 7,
    omitted: 8,
  },
  {
    title: 'a histogram, then a gauge with the name of its count',
    record(meter) {
      meter.createHistogram('jobs').record(7);
      meter.createGauge('jobs.count').record(8);
    },
    served: 7,
    omitted: 8,
  },
  {
    title: 'a gauge, then a histogram whose buckets have its name',
    record(meter) {
      meter.createGauge('jobs_bucket').record(7);
      meter.createHistogram('jobs').record(8);
    },
    served: 7,
    omitted: 8,
  },
  {
    title: 'a metric with the name of the resource metric',
    record(meter) {
      meter.createGauge('target_info').record(8);
    },
    served: 1,
    omitted: 8,
  },
  {
    title: 'a metric with the name of the resource family',
    record(meter) {
      meter.createGauge('target').record(8);
    },
    served: 1,
    omitted: 8,
    onlyOpenMetrics: true,
  },
  {
    title: 'a counter, then a gauge with the name of its created sample',
    record(meter) {
      meter.createCounter('jobs').add(7);
      meter.createGauge('jobs.created').record(8);
    },
    served: 7,
    omitted: 8,
    onlyOpenMetrics: true,
  },
  {
    title: 'a histogram, then a gauge with the name of its created sample',
    record(meter) {
      meter.createHistogram('jobs').record(7);
      meter.createGauge('jobs.created').record(8);
    },
    served: 7,
    omitted: 8,
    onlyOpenMetrics: true,
  },
];

let endpoint: Endpoint | undefined;
afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});

for (const { format, title, server, start } of strictParsers) {
  describe.skipIf(server.missing)(title, () => {
    let parser: RunningParser;
    beforeAll(async () => {
      parser = await start();
    });
    afterAll(() => parser?.stop());

    test.each(conflicts)('reads the served metric of $title', async ({ record, served, omitted, onlyOpenMetrics }) => {
      endpoint = await startEndpoint();
      record(endpoint.provider.getMeter('first'));
      const body = () => (endpoint as Endpoint).scrape(accepts[format]);
      const families = await parser.parse(await body());
      const values = families.flatMap(({ samples }) => samples.map(({ value }) => value));
      expect(values).toContain(served);
      if (onlyOpenMetrics && format === 'text') {
        expect(values).toContain(omitted);
        expect(endpoint.warnings).toEqual([]);
        return;
      }
      expect(values).not.toContain(omitted);
      await body();
      expect(endpoint.warnings).toHaveLength(1);
    });

    test('accepts one description for metrics of several scopes', async () => {
      endpoint = await startEndpoint();
      endpoint.provider.getMeter('first').createGauge('jobs', { description: 'One.' }).record(7);
      endpoint.provider.getMeter('second').createGauge('jobs', { description: 'Another.' }).record(8);
      endpoint.provider.getMeter('third').createUpDownCounter('jobs').add(9);
      const families = await parser.parse(await endpoint.scrape(accepts[format]));
      const jobs = families.filter(({ name }) => name === 'jobs');
      expect(jobs).toMatchObject([{ help: 'One.', samples: [{ value: 7 }, { value: 8 }, { value: 9 }] }]);
    });
  });
}
