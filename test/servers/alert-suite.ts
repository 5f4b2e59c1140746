/** The tests of all alerts of a pack, a collector or the SDK itself. */
import { describe, expect, test } from 'vitest';
import type { RuleGroup } from '../../src/panels/index.js';
import { type AlertCase, checkCase, checkRules, titleOf, untestedAlerts } from './alert-cases.js';
import { realServer } from './available.js';

/** A part of the package with rules. */
export interface AlertSuite {
  readonly rules: readonly RuleGroup[];
  readonly cases: readonly AlertCase[];
  /** Rules with their defaults, if `rules` have other thresholds; promtool must accept them. */
  readonly defaults?: readonly RuleGroup[];
}

/** Tests that promtool accepts the rules, and that each alert has a case in which it fires and one in which it does not. */
export function testAlerts(of: string, { rules, cases, defaults = rules }: AlertSuite): void {
  const promtool = realServer('PROMTOOL');

  describe.skipIf(promtool.missing)(`alerts of ${of}${promtool.note}`, () => {
    test('promtool accepts the rules', () => {
      expect(checkRules(promtool.bin, defaults)).toBe('');
    });

    test('every alert has a case in which it fires, and one in which it does not', () => {
      expect(untestedAlerts(rules, cases)).toEqual([]);
    });

    test.each(cases.map((each) => [titleOf(each), each] as const))('%s', (_, each) => {
      expect(checkCase(promtool.bin, rules, each)).toBe('');
    });
  });
}
