/** Each alert of the pack `agent` fires when it should, and only then. */
import { describe, expect, test } from 'vitest';
import { agentRules } from '../../src/packs/agent/alerts.js';
import { type AlertCase, caseOf, checkCase, type Series, silenceCases } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';
import { realServer } from './available.js';

const promtool = realServer('PROMTOOL');
/** Shorter periods than by default: a case has hours, not days. */
const rules = agentRules({ qualityBaseline: '1d', anomalyPast: '1d', minValues: 60 });

const outcomes = (ok: string, failed: string): Series => ({
  'task_outcomes_total{job="p", outcome="ok"}': ok,
  'task_outcomes_total{job="p", outcome="failed"}': failed,
  'task_outcomes_total{job="p", outcome="abandoned"}': '0x700',
});
const quality = (sum: string): Series => ({
  'quality_score_sum{job="p"}': sum,
  'quality_score_count{job="p"}': '0+1x700',
});
/** Tasks per minute that end within 1, 30, 45 and 120 seconds, cumulative. */
const latency = (...counts: readonly [string, string, string, string]): Series => ({
  'task_latency_ms_bucket{job="p", le="1000"}': counts[0],
  'task_latency_ms_bucket{job="p", le="20000"}': counts[0],
  'task_latency_ms_bucket{job="p", le="30000"}': counts[1],
  'task_latency_ms_bucket{job="p", le="45000"}': counts[2],
  'task_latency_ms_bucket{job="p", le="120000"}': counts[3],
  'task_latency_ms_bucket{job="p", le="+Inf"}': counts[3],
  'task_latency_ms_count{job="p"}': counts[3],
});
const external = (errors: string, calls = '0+10x700'): Series => ({
  'external_api_calls_total{job="p", service="git"}': calls,
  'external_api_errors_total{job="p", service="git", error_type="timeout"}': errors,
});
const active = (values: string, job = 'p', instance = 'i'): Series => ({
  [`active_tasks_count{job="${job}", instance="${instance}"}`]: values,
});
const cost = (values: string): Series => ({ 'api_cost_usd_total{job="p", agent="a", operation="o"}': values });

const all = '0+10x700';
const cases: readonly AlertCase[] = [
  caseOf('AgentQualityDropped', true, 'from 90 to 50 points', 290, quality('0+90x200 18050+50x100')),
  caseOf('AgentQualityDropped', false, 'from 90 to 88 points', 290, quality('0+90x200 18088+88x100')),
  caseOf('AgentQualityDropped', false, 'a drop of a few tasks', 290, {
    'quality_score_sum{job="p"}': '0+18x200 3610+10x100',
    'quality_score_count{job="p"}': '0+0.2x700',
  }),
  caseOf('AgentQualityDropped', false, 'a drop without a past', 50, quality('0+90x10 950+50x100')),
  caseOf('AgentQualityDropped', true, 'a drop after hours without tasks', 290, {
    'quality_score_sum{job="p"}': '0+90x100 9000x80 9000+90x20 10850+50x100',
    'quality_score_count{job="p"}': '0+1x100 100x80 100+1x120',
  }),
  caseOf('AgentQualityDroppedByAgent', true, 'one of two agents', 290, {
    'agent_quality_score{job="p", agent="a"}': '90x200 60x100',
    'agent_quality_score{job="p", agent="b"}': '70x700',
  }),
  caseOf('AgentQualityDroppedByAgent', false, 'different agents, each as usual', 290, {
    'agent_quality_score{job="p", agent="a"}': '90x700',
    'agent_quality_score{job="p", agent="b"}': '40x700',
  }),
  caseOf('AgentLatencyUnusual', true, 'from 1 to 30 seconds', 240, latency('0+10x200 2000x100', all, all, all)),
  caseOf('AgentLatencyUnusual', false, 'as usual', 240, latency(all, all, all, all)),
  caseOf('AgentLatencyUnusual', false, 'less than the margin above a constant time', 240, {
    ...latency('0+10x200 2009.6+9.6x100', '0+10x700', all, all),
    'task_latency_ms_bucket{job="p", le="20000"}': all,
  }),
  caseOf('AgentTasksUnusuallyMany', true, 'ten times as many', 230, outcomes('0+10x200 2000+100x100', '0x700')),
  caseOf('AgentTasksUnusuallyMany', false, 'as many as usual', 230, outcomes(all, '0x700')),
  caseOf('AgentTasksUnusuallyFew', true, 'nearly none', 630, outcomes('0+10x600 6000+0.1x100', '0x700')),
  caseOf('AgentTasksUnusuallyFew', false, 'as many as usual', 630, outcomes(all, '0x700')),
  caseOf('AgentCostUnusual', true, 'ten times the cost of calls', 230, cost('0+1x200 200+10x100')),
  caseOf('AgentCostUnusual', true, 'ten times the cost of tasks, without calls', 230, {
    'cost_per_task_usd_sum{job="p"}': '0+1x200 200+10x100',
  }),
  caseOf('AgentCostUnusual', false, 'the usual cost', 230, cost('0+1x700')),
  caseOf('AgentErrorsRising', true, 'a third fails', 240, outcomes(all, '0x200 0+5x100')),
  caseOf('AgentErrorsRising', true, 'a third fails, from the first task on', 12, outcomes(all, '0+5x700')),
  caseOf(
    'AgentErrorsRising',
    true,
    'a third fails, after hours without tasks',
    212,
    outcomes('0x200 0+10x100', '0x200 0+5x100'),
  ),
  caseOf('AgentErrorsRising', false, 'one of four tasks fails', 240, outcomes('0x230 3x100', '0x230 1x100')),
  caseOf('AgentErrorsRising', false, 'a third of 15 tasks fails', 240, outcomes('0+0.67x700', '0x200 0+0.33x100')),
  caseOf('AgentErrorsRising', false, 'a third fails all day', 240, outcomes(all, '0+5x700')),
  caseOf('AgentErrorsRising', false, 'a rise below the share', 240, outcomes('0+100x700', '0x200 0+4x100')),
  caseOf('AgentExternalApiFailing', true, 'half of the calls fail', 60, external('0+5x700')),
  caseOf('AgentExternalApiFailing', false, 'all of a few calls fail', 60, external('0+1x700', '0+1x700')),
  caseOf('AgentExternalApiFailing', false, 'few calls fail', 60, external('0+0.5x700')),
  caseOf('AgentExternalApiFailing', false, 'no call has failed', 60, {
    'external_api_calls_total{job="p", service="git"}': all,
  }),
  ...silenceCases('AgentSilent', active, 'p'),
  caseOf('AgentStalled', true, 'active tasks, none ends', 60, active('3x700'), outcomes('0x700', '0x700')),
  caseOf('AgentStalled', true, 'active tasks, none has ever ended', 60, active('3x700')),
  caseOf('AgentStalled', false, 'active tasks end', 60, active('3x700'), outcomes(all, '0x700')),
  caseOf('AgentStalled', false, 'no active tasks', 60, active('0x700'), outcomes('0x700', '0x700')),
  ...(
    [
      ['Burn144', 80, 50],
      ['Burn6', 40, 20],
      ['Burn3', 20, 10],
      ['Burn1', 7, 4],
    ] as const
  ).flatMap(([burn, bad, good]) =>
    [bad, good].flatMap((percent) => {
      const rest = `0+${100 - percent}x700`;
      const failing = outcomes(rest, `0+${percent}x700`);
      const slow = latency(rest, rest, rest, '0+100x700');
      return [
        caseOf(`AgentTaskSuccess${burn}`, percent === bad, `${percent} % fail`, 300, failing),
        caseOf(`AgentTaskLatency${burn}`, percent === bad, `${percent} % are slow`, 300, slow),
      ];
    }),
  ),
];

testAlerts('agent', { rules, cases, defaults: agentRules() });

describe.skipIf(promtool.missing)(`alerts of agent${promtool.note}`, () => {
  test.each([
    ['at night', 60, false],
    ['by day', 7 * 60, true],
  ])('a threshold by the hour holds %s', (_, minute, fires) => {
    const errorShare = [
      { fromHour: 6, value: 0.05 },
      { fromHour: 22, value: 0.9 },
    ];
    const failing = outcomes(`0+10x${minute}`, `0x${minute - 30} 0+5x30`);
    const each = caseOf('AgentErrorsRising', fires, '', minute, failing);
    expect(checkCase(promtool.bin, agentRules({ errorShare }), each)).toBe('');
  });
});
