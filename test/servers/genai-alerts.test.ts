/** Each alert of the pack `genai` fires when it should, and only then. */
import { genaiRules } from '../../src/packs/genai/alerts.js';
import { type AlertCase, caseOf, objectiveCases, type Series } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

/** A shorter past than by default: a case has hours, not days. */
const rules = genaiRules({ conventions: 'legacy', costPast: '1d', costMinValues: 60 });

const model = 'job="g", gen_ai_provider_name="openai", gen_ai_request_model="m"';
const operations = (values: string, error = ''): Series => ({
  [`gen_ai_client_operation_duration_seconds_count{${model}, error_type="${error}"}`]: values,
});
/** Operations per minute within one boundary, and all of them. */
const durations = (metric: string, boundary: string, within: string): Series => ({
  [`${metric}_bucket{${model}, le="${boundary}"}`]: within,
  [`${metric}_bucket{${model}, le="81.92"}`]: all,
  [`${metric}_bucket{${model}, le="+Inf"}`]: all,
  [`${metric}_count{${model}}`]: all,
});
const firstChunk = (within: string) => durations('gen_ai_client_operation_time_to_first_chunk_seconds', '2.56', within);
const latency = (within: string) => durations('gen_ai_client_operation_duration_seconds', '20.48', within);
const streams = (outcome: string, values: string): Series => ({
  [`gen_ai_client_streams_total{${model}, outcome="${outcome}"}`]: values,
});
const tool = (values: string, error = ''): Series => ({
  [`gen_ai_execute_tool_duration_seconds_count{job="g", gen_ai_tool_name="t", error_type="${error}"}`]: values,
});
const known = (values: string): Series => ({ [`gen_ai_client_operation_cost_usd_count{${model}}`]: values });
const unknown = (values: string): Series => ({
  [`gen_ai_client_cost_unknown_total{${model}, reason="no_prices"}`]: values,
});
const cost = (values: string): Series => ({ [`gen_ai_client_cost_usd_total{${model}}`]: values });

const all = '0+10x400';
const cases: readonly AlertCase[] = [
  caseOf('GenaiErrorsHigh', true, 'a tenth', 30, operations('0+9x400'), operations('0+1x400', '429')),
  caseOf('GenaiErrorsHigh', false, 'few', 30, operations(all), operations('0+0.2x400', '429')),
  caseOf('GenaiErrorsHigh', false, 'few operations', 30, operations('0+1x400', '429')),
  caseOf('GenaiFirstChunkSlow', true, 'a tenth', 60, firstChunk('0+9x400')),
  caseOf('GenaiFirstChunkSlow', false, 'none', 60, firstChunk(all)),
  caseOf('GenaiStreamsAbandoned', true, 'a tenth', 30, streams('completed', all), streams('abandoned', '0+1x400')),
  caseOf('GenaiStreamsAbandoned', false, 'cancelled', 30, streams('completed', all), streams('cancelled', all)),
  caseOf('GenaiToolFailing', true, 'half', 30, tool(all), tool(all, 'timeout')),
  caseOf('GenaiToolFailing', false, 'a few', 30, tool(all), tool('0+1x400', 'timeout')),
  caseOf('GenaiCostUnknown', true, 'half', 90, known(all), unknown(all)),
  caseOf('GenaiCostUnknown', true, 'all', 90, unknown(all)),
  caseOf('GenaiCostUnknown', false, 'none', 90, known(all)),
  caseOf('GenaiCostUnusual', true, 'ten times as much', 360, cost('0+1x300 300+10x100')),
  caseOf('GenaiCostUnusual', false, 'as usual', 360, cost('0+1x400')),
  caseOf('GenaiCostUnusual', false, 'without a past', 40, cost('0+1x10 10+10x100')),
  ...objectiveCases('GenaiLatency', latency('0x400'), latency(all)),
];

testAlerts('genai', { rules, cases });
