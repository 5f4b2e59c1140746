// Misspelled options are on purpose. cspell:disable
/** Makers of panels, rules and objectives reject options that they do not know. */
import { expect, test } from 'vitest';
import { healthRules } from '../../src/health/alerts.js';
import { above, alert, dashboard, panel, rate, row, ruleGroup, slo } from '../../src/panels/index.js';
import { thrownBy } from '../support/thrown.js';
import { shop } from './catalogue.js';

const query = rate(shop.orders);
const ofPanel = { title: 'Orders', queries: query };
const ofAlert = { name: 'A', when: above(query, 1), severity: 'info', summary: 'A.', description: 'A.' } as const;
const ofDashboard = { uid: 'a', title: 'A', description: 'A.', rows: [row('A', [panel(ofPanel)])] };
const errors = { metric: shop.orders, failed: { outcome: 'declined' } } as const;
const ofSlo = { name: 'a', objective: 0.9, description: 'A.', errors };
const latency = { metric: shop.checkout, below: 0.5 };

const makers: readonly [where: string, unknown: string, make: (more: object) => unknown, suggestion?: string][] = [
  ['panel', 'titel', (more) => panel({ ...ofPanel, ...more }), 'title'],
  ['panel', 'span', (more) => panel({ ...ofPanel, ...more })],
  ['panel.queries', 'legends', (more) => panel({ ...ofPanel, queries: { query, ...more } }), 'legend'],
  ['dashboard', 'refesh', (more) => dashboard({ ...ofDashboard, ...more }), 'refresh'],
  ['alert', 'forr', (more) => alert({ ...ofAlert, ...more }), 'for'],
  ['alert', 'severty', (more) => alert({ ...ofAlert, ...more }), 'severity'],
  ['ruleGroup', 'alert', (more) => ruleGroup('a', more), 'alerts'],
  ['ruleGroup', 'rules', (more) => ruleGroup('a', more)],
  ['slo', 'minBad', (more) => slo({ ...ofSlo, ...more })],
  ['slo', 'minBadEvent', (more) => slo({ ...ofSlo, ...more }), 'minBadEvents'],
  ['slo.errors', 'failes', (more) => slo({ ...ofSlo, errors: { ...errors, ...more } }), 'failed'],
  [
    'slo.latency',
    'bellow',
    (more) => slo({ ...ofSlo, errors: undefined as never, latency: { ...latency, ...more } }),
    'below',
  ],
];

test.each(makers)('%s rejects %s', (where, unknown, make, suggestion) => {
  const found = thrownBy(() => make({ [unknown]: 5 }));
  expect(found).toMatchObject({ code: 'METRICS_PANEL_INVALID', problems: [{ where: `${where}.${unknown}` }] });
  expect(found?.problems[0]?.suggestion).toBe(suggestion);
  if (suggestion === undefined) expect(found?.problems[0]?.expected).toMatch(/^a known option: \w+, /);
});

test('what a maker returns is accepted as its options', () => {
  expect(panel(panel(ofPanel))).toEqual(panel(ofPanel));
  expect(alert(alert(ofAlert))).toEqual(alert(ofAlert));
  expect(dashboard(dashboard(ofDashboard))).toEqual(dashboard(ofDashboard));
  expect(ruleGroup('b', ruleGroup('a', {}))).toEqual(ruleGroup('b', {}));
});

test.each([
  ['servicAfter', 'serviceAfter'],
  ['heartbeatPas', 'heartbeatPast'],
  ['pth', 'path'],
])('healthRules suggests an option of its own for %s', (unknown, suggestion) => {
  expect(thrownBy(() => healthRules({ [unknown]: '1d' }))?.problems).toMatchObject([
    { where: `healthRules.${unknown}`, suggestion },
  ]);
});
