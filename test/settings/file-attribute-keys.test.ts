/** Attribute keys that a view of a configuration file keeps. */
import { metrics as api } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { startWith } from './configuration-file.js';
import { attributesOf, collector, metricsOf, pushing } from './file-pushes.js';

const keys = ['queue', 'queue.name', 'queue\nname', 'Queue', 'a+b', 'aab'];

test.each([
  [{ included: ['queue'] }, ['queue']],
  [{ included: ['queue*'] }, ['queue', 'queue.name', 'queue\nname']],
  [{ included: ['queue.*'] }, ['queue.name']],
  [{ included: ['queue?name'] }, ['queue.name', 'queue\nname']],
  [{ included: ['*name', 'Q*'] }, ['queue.name', 'queue\nname', 'Queue']],
  [{ included: ['a+b'] }, ['a+b']],
  [{ included: ['queue*'], excluded: ['queue'] }, ['queue.name', 'queue\nname']],
  [{ included: ['queue'], excluded: ['*'] }, []],
  [{ excluded: ['queue*'] }, ['Queue', 'a+b', 'aab']],
  [{ excluded: ['*a*'] }, ['queue', 'Queue']],
])('%j keeps %j', async (attributeKeys, kept) => {
  const peer = await collector();
  const view = { selector: { instrument_name: 'jobs' }, stream: { attribute_keys: attributeKeys } };
  const text = pushing(peer.url, { provider: `views: ${JSON.stringify([view])}` });
  const metrics = startWith(text, { isolated: false, withoutSelfMetrics: true });
  api
    .getMeter('library')
    .createCounter('jobs')
    .add(1, Object.fromEntries(keys.map((key) => [key, 'x'])));
  await metrics.forceFlush();
  const [point] = metricsOf(peer.requests[0]?.body)['jobs'].sum.dataPoints;
  expect(Object.keys(attributesOf(point.attributes))).toEqual(kept);
});
