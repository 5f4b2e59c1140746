/** The numeric fields of the verbs of pack `agent`. */
import { amount, beyond, count, difference, percent, share } from '../value-ranges.js';
import type { Field } from './field.js';

const task = { latencyMs: 1, ok: true };
export const call = { agent: 'a', operation: 'b', latencyMs: 1, ok: true };
export const agents: Field[] = [
  ['task.latencyMs', amount, (to, v) => to.agents.task({ latencyMs: v, ok: true }), 'task_latency_ms'],
  ['task.quality', percent, (to, v) => to.agents.task({ ...task, quality: v }), 'quality_score'],
  ['task.costUsd', amount, (to, v) => to.agents.task({ ...task, costUsd: v }), 'cost_per_task_usd'],
  ['task.tokens', count, (to, v) => to.agents.task({ ...task, agent: 'a', tokens: { input: v } }), 'token_usage_total'],
  ['task.end.quality', percent, (to, v) => to.agents.begin().end({ ok: true, quality: v }), 'quality_score'],
  ['task.end.costUsd', amount, (to, v) => to.agents.begin().end({ ok: true, costUsd: v }), 'cost_per_task_usd'],
  ['agentCall.latencyMs', amount, (to, v) => to.agents.agentCall({ ...call, latencyMs: v }), 'agent_latency_ms'],
  ['agentCall.costUsd', amount, (to, v) => to.agents.agentCall({ ...call, costUsd: v }), 'api_cost_usd_total'],
  [
    'agentCall.tokens',
    count,
    // An object without input and output states no tokens.
    (to, v) => to.agents.agentCall({ ...call, tokens: typeof v === 'object' ? { input: v, output: v } : v }),
    'token_usage_total',
  ],
  [
    'agentCall.tokens.input',
    count,
    (to, v) => to.agents.agentCall({ ...call, tokens: { input: v } }),
    'token_usage_total',
  ],
  [
    'agentCall.tokens.output',
    count,
    (to, v) => to.agents.agentCall({ ...call, tokens: { output: v } }),
    'token_usage_total',
  ],
  [
    'agentSwitch.qualityImprovement',
    difference,
    (to, v) => to.agents.agentSwitch({ from: 'a', to: 'b', qualityImprovement: v }),
    'agent_switch_quality_improvement',
  ],
  [
    'agentSwitch.costRatio',
    amount,
    (to, v) => to.agents.agentSwitch({ from: 'a', to: 'b', costRatio: v }),
    'agent_cost_ratio',
  ],
  ['iteration.durationMs', amount, (to, v) => to.agents.iteration({ durationMs: v }), 'iteration_duration_ms'],
  ['evaluation.latencyMs', amount, (to, v) => to.agents.evaluation({ latencyMs: v }), 'evaluation_latency_ms'],
  [
    'evaluation.coveragePercent',
    percent,
    (to, v) => to.agents.evaluation({ latencyMs: 1, coveragePercent: v }),
    'test_coverage_percent',
  ],
  [
    'evaluation.typeErrors',
    count,
    (to, v) => to.agents.evaluation({ latencyMs: 1, typeErrors: v }),
    'type_errors_total',
  ],
  [
    'evaluation.testFailures',
    count,
    (to, v) => to.agents.evaluation({ latencyMs: 1, testFailures: v }),
    'test_failures_total',
  ],
  [
    'evaluation.vulnerabilities',
    count,
    (to, v) => to.agents.evaluation({ latencyMs: 1, vulnerabilities: { low: v } }),
    'security_vulnerabilities_total',
  ],
  [
    'parallelEvaluation.sequentialMs',
    amount,
    (to, v) => to.agents.parallelEvaluation({ sequentialMs: v, parallelMs: 1 }),
    'parallel_eval_speedup',
  ],
  [
    'parallelEvaluation.parallelMs',
    { valid: [0.5, 10], invalid: [-1, 0, beyond] },
    (to, v) => to.agents.parallelEvaluation({ sequentialMs: 1, parallelMs: v }),
    'parallel_eval_speedup',
  ],
  [
    'checkpoint.latencyMs',
    amount,
    (to, v) => to.agents.checkpoint({ checkpoint: 1, latencyMs: v, ok: true }),
    'checkpoint_latency_ms',
  ],
  [
    'cacheLookup.latencyMs',
    amount,
    (to, v) => to.agents.cacheLookup({ layer: 'disk', hit: true, latencyMs: v }),
    'cache_lookup_latency_ms',
  ],
  ['cacheSize.megabytes', amount, (to, v) => to.agents.cacheSize({ layer: 'disk', megabytes: v }), 'cache_size_mb'],
  ['embedding.latencyMs', amount, (to, v) => to.agents.embedding({ latencyMs: v }), 'embedding_generation_latency_ms'],
  ['guidelineMatch.score', share, (to, v) => to.agents.guidelineMatch({ score: v }), 'guideline_match_quality_score'],
  [
    'databaseQuery.latencyMs',
    amount,
    (to, v) => to.agents.databaseQuery({ operation: 'select', latencyMs: v }),
    'database_latency_ms',
  ],
  [
    'externalCall.latencyMs',
    amount,
    (to, v) => to.agents.externalCall({ service: 'a', latencyMs: v }),
    'api_call_latency_ms',
  ],
  ['costSaved', amount, (to, v) => to.agents.costSaved(v), 'cost_savings_usd_total'],
  ['queueDepth', count, (to, v) => to.agents.queueDepth(v), 'task_queue_depth'],
  ['resources.cpuPercent', percent, (to, v) => to.agents.resources({ cpuPercent: v }), 'resource_utilization_percent'],
  [
    'resources.memoryPercent',
    percent,
    (to, v) => to.agents.resources({ memoryPercent: v }),
    'resource_utilization_percent',
  ],
  [
    'resources.networkPercent',
    percent,
    (to, v) => to.agents.resources({ networkPercent: v }),
    'resource_utilization_percent',
  ],
  ['resources.processMemoryMb', amount, (to, v) => to.agents.resources({ processMemoryMb: v }), 'memory_usage_mb'],
  ['exported', amount, (to, v) => to.agents.exported(v), 'metrics_export_latency_ms'],
];
