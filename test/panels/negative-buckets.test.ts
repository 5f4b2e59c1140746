/** Queries of a histogram with negative boundaries name series that a scrape has, in text and in OpenMetrics. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { variablesOf } from '../../src/generate/grafana/queries.js';
import { asError, defineCatalogue, histogram, oneOf } from '../../src/index.js';
import * as panels from '../../src/panels/index.js';
import { catalogueDashboard, catalogueRules } from '../../src/panels/of-catalogue.js';
import { queriesOf } from '../support/panel-audit.js';
import { thrownBy } from '../support/thrown.js';

const { increase, mean, metricsOf, promql, queryNames, rate, shareBelow, slo } = panels;

const clocks = defineCatalogue({
  drift: histogram({
    name: 'drift',
    unit: 's',
    description: 'Clock drift.',
    buckets: [-1, 0, 1],
    attributes: { outcome: oneOf('ok', asError('failed')) },
  }),
});
const { drift } = metricsOf(clocks);
const text = (query: panels.Query, naming: panels.NamingOptions = {}) =>
  promql(query, { names: queryNames(naming), autoWindow: '5m' });

test.each<[panels.Query, string]>([
  [rate(drift), 'sum(rate(drift_seconds_bucket{le="+Inf"}[5m]))'],
  [
    increase(drift, { by: ['job'], where: { outcome: 'failed' }, over: '1h' }),
    'sum by (job) (increase(drift_seconds_bucket{outcome="failed", le="+Inf"}[1h]))',
  ],
  [
    shareBelow(0, drift),
    'sum(rate(drift_seconds_bucket{le=~"0|0\\\\.0"}[5m])) / sum(rate(drift_seconds_bucket{le="+Inf"}[5m]))',
  ],
])('%#: the last bucket counts', (query, expected) => {
  expect(text(query)).toBe(expected);
});

test('a native histogram counts itself', () => {
  expect(text(rate(drift), { histograms: 'native' })).toBe('sum(histogram_count(rate(drift_seconds[5m])))');
});

test.each<[string, () => unknown]>([
  ['mean', () => mean(drift)],
  ['mean', () => mean(drift, { by: ['outcome'], over: '1h' })],
  ['rate', () => rate(drift, { of: 'sum' })],
  ['increase', () => increase(drift, { of: 'sum' })],
])('%s of the sum is an error: OpenMetrics has none', (call, query) => {
  expect(thrownBy(query)).toMatchObject({
    code: 'METRICS_PANEL_INVALID',
    problems: [{ where: `${call}(drift)`, value: -1, expected: expect.stringContaining('OpenMetrics omits the sum') }],
  });
});

const objective = slo({
  name: 'drift',
  objective: 0.9,
  description: 'Clocks agree.',
  latency: { metric: drift, below: 1 },
});
const dashboard = catalogueDashboard(clocks, { uid: 'clocks', title: 'Clocks' });
const queries = [
  ...queriesOf({ dashboard, rules: [...catalogueRules(clocks, 'clocks'), objective.rules] }).map(([, query]) =>
    text(query),
  ),
  ...variablesOf(dashboard, queryNames()).map(({ query }) => query),
];

test.each(['openmetrics.txt', 'txt'])('all queries name series of a scrape as %s', (format) => {
  const scrape = readFileSync(new URL(`../golden/prometheus/negative-buckets.${format}`, import.meta.url), 'utf8');
  const named = queries.flatMap((query) => [...query.matchAll(/drift_seconds\w*/g)].map(([name]) => name));
  expect(named.length).toBeGreaterThan(10);
  for (const name of new Set(named)) expect(scrape).toContain(`\n${name}{`);
});
