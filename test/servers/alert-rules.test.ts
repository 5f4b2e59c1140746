/** Rules of all packs and collectors together: promtool accepts them by every name, and each alert is tested. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { prometheusRules, type RuleOptions } from '../../src/generate/rules/prometheus.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { checkRules } from './alert-cases.js';
import { realServer } from './available.js';

const [two, three] = [realServer('PROMTOOL'), realServer('PROMTOOL_3')];
const packs = Object.entries(shipped).map(([name, { rules }]) => ({ name, groups: rules() }));
const all = packs.flatMap(({ groups }) => groups);

const namings: readonly { title: string; options: RuleOptions; tool: typeof two }[] = [
  { title: 'names of a scrape', options: {}, tool: two },
  { title: 'names of an OTLP receiver', options: { path: 'otlp' }, tool: two },
  { title: 'names without suffixes', options: { strategy: 'UnderscoreEscapingWithoutSuffixes' }, tool: two },
  { title: 'native histograms', options: { histograms: 'native' }, tool: two },
  { title: 'links to runbooks', options: { runbooks: 'https://wiki.example/alerts.md' }, tool: two },
  { title: 'untranslated names', options: { strategy: 'NoTranslation' }, tool: three },
  { title: 'untranslated names with suffixes', options: { strategy: 'NoUTF8EscapingWithSuffixes' }, tool: three },
];

describe.each(namings)('rules with $title', ({ options, tool }) => {
  test('have valid queries', () => {
    const { groups } = prometheusRules(all, options) as { groups: { rules: { expr: string }[] }[] };
    for (const { expr } of groups.flatMap(({ rules }) => rules))
      expect([expr, firstErrorIn(expr)]).toEqual([expr, undefined]);
  });

  test.skipIf(tool.missing)(`pass promtool${tool.note}`, () => {
    expect(checkRules(tool.bin, all, options)).toBe('');
  });
});

describe.each(packs)('rules of $name', ({ name, groups }) => {
  const names = groups.flatMap(({ alerts }) => alerts.map((each) => each.name));

  test('have alerts with texts of one line', () => {
    expect(names.length).toBeGreaterThan(0);
    for (const { summary, description } of groups.flatMap(({ alerts }) => alerts))
      expect(`${summary}${description}`).not.toMatch(/[\r\n]/);
  });

  test('have names that no other pack has', () => {
    const others = packs.filter((each) => each.name !== name).flatMap((each) => each.groups);
    const taken = new Set(others.flatMap((group) => [group.name, ...group.alerts.map((each) => each.name)]));
    expect([...names, ...groups.map((group) => group.name)].filter((each) => taken.has(each))).toEqual([]);
  });

  // `testAlerts` finds alerts without a case; this finds packs without such a test.
  test('have a test of every alert', () => {
    const folder = new URL('.', import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith('-alerts.test.ts'));
    const tests = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const called = new RegExp(`\\b${name}Rules\\(`);
    expect(tests.filter((text) => called.test(text) && text.includes('testAlerts(')).length).toBeGreaterThan(0);
  });
});
