/** Names that two rules of the generated files must not share. */
import { expect, test } from 'vitest';
import { ruleFiles, ruleFormats } from '../../src/generate/rules/files.js';
import { stackFiles } from '../../src/generate/stack/files.js';
import { above, alert, raw, recording, ruleGroup, slo } from '../../src/panels/index.js';
import { shop } from '../panels/catalogue.js';
import { stackOptions } from './stack-options.js';

const up = (name: string, severity: 'page' | 'ticket' = 'page') =>
  alert({ name, when: above(raw('up'), 1), severity, summary: 'Up.', description: 'Up.' });
const alerts = (group: string, ...names: string[]) => ruleGroup(group, { alerts: names.map((name) => up(name)) });
const recordings = (group: string, labels: Record<string, string>) =>
  ruleGroup(group, { recordings: [recording('job:up:sum', raw('up'), labels)] });
const objective = (name: string, below = 0.5) =>
  slo({ name, objective: 0.99, description: 'Fast.', latency: { metric: shop.checkout, below } }).rules;

const problemsOf = (make: () => unknown) => {
  try {
    make();
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'METRICS_OPTIONS_INVALID' });
    return (error as { problems: { where: string; expected: string }[] }).problems.map(
      ({ where, expected }) => `${where}: ${expected}`,
    );
  }
};

test.each([
  {
    title: 'alerts of two sources',
    groups: [[alerts('one', 'Up')], [alerts('two', 'Up', 'Other')]],
    problems: ['alert "Up": one source, not both group one of --pack a and group two of --pack b'],
  },
  {
    title: 'alerts of a group',
    groups: [[alerts('one', 'Up', 'Up')]],
    problems: ['alert "Up": one source, not both group one of --pack a and group one of --pack a'],
  },
  {
    title: 'alerts of two severities',
    groups: [[ruleGroup('one', { alerts: [up('Up'), up('Up', 'ticket')] })]],
    problems: ['alert "Up": one source, not both group one of --pack a and group one of --pack a'],
  },
  {
    title: 'recordings with equal labels in another order',
    groups: [[recordings('one', { a: '1', b: '2' })], [recordings('two', { b: '2', a: '1' })]],
    problems: ['recording "job:up:sum": one source, not both group one of --pack a and group two of --pack b'],
  },
  {
    title: 'recordings with other labels',
    groups: [[recordings('one', { a: '1' }), recordings('two', {})]],
    problems: [],
  },
  {
    title: 'objectives',
    groups: [[objective('fast')], [objective('fast', 1)]],
    problems: ['objective "fast": one source, not both group slo-fast of --pack a and group slo-fast of --pack b'],
  },
  {
    title: 'objectives whose alerts have one name',
    groups: [[objective('fast_1'), objective('fast1')]],
    problems: ['Burn144', 'Burn6', 'Burn3', 'Burn1'].map(
      (end) => `alert "Fast1${end}": one source, not both group slo-fast_1 of --pack a and group slo-fast1 of --pack a`,
    ),
  },
  { title: 'objectives with names of their own', groups: [[objective('fast'), objective('slow')]], problems: [] },
  { title: 'groups of one name', groups: [[alerts('one', 'Up')], [alerts('one', 'Down')]], problems: [] },
  {
    title: 'several at once',
    groups: [[alerts('one', 'Up', 'Down')], [alerts('two', 'Down', 'Up')]],
    problems: ['Down', 'Up'].map(
      (name) => `alert "${name}": one source, not both group one of --pack a and group two of --pack b`,
    ),
  },
])('$title', ({ groups, problems }) => {
  const rules = groups.map((each, index) => ({ name: 'ab'[index] ?? '', from: `--pack ${'ab'[index]}`, groups: each }));
  for (const format of ruleFormats) expect(problemsOf(() => ruleFiles(rules, format))).toEqual(problems);
  expect(problemsOf(() => stackFiles(stackOptions({ rules })))).toEqual(problems);
});

test('resources of one name in two files are an error', () => {
  const rules = [
    { name: 'my_shop', groups: [alerts('one', 'Up')] },
    { name: 'my-shop', groups: [alerts('two', 'Down')] },
  ];
  expect(problemsOf(() => ruleFiles(rules, 'operator'))).toEqual([
    'my-shop.prometheusrule.yaml, PrometheusRule otelier-my-shop: one source, not both my_shop and my-shop',
  ]);
  expect([...ruleFiles(rules, 'prometheus').keys()]).toHaveLength(3);
});

test('rules for downsampling never replace those of a source', () => {
  const names = ['Downsampling', 'otelier-downsampling'];
  const rules = names.map((name, index) => ({ name, groups: [alerts(name, `Up${index}`)] }));
  const paths = [...stackFiles(stackOptions({ rules })).keys()].filter((path) => /downsampling/i.test(path));
  expect(paths.map((path) => path.split('/').at(-1))).toEqual([
    'Downsampling.rules.yaml',
    'otelier-downsampling.rules.yaml',
    'otelier-otelier-downsampling.rules.yaml',
  ]);
});

test('a source whose groups are empty has no file', () => {
  expect([...ruleFiles([{ name: 'a', groups: [ruleGroup('one', {})] }], 'prometheus').keys()]).toEqual([]);
});
