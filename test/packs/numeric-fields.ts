/** Every numeric field of every verb, with its range and whether it is whole, and how it is recorded. */
import type { EveryPack } from './every-pack.js';
import { amount, beyond, count, difference, fromOne, percent, type Range, share, upTo } from './value-ranges.js';

type Field = [
  field: string,
  range: Range,
  record: (packs: EveryPack, value: never) => void,
  /** The family that the field feeds. */
  metric: string,
  /** Returns the value of a gauge after a value was recorded; the same value by default. */
  shows?: (value: number) => number,
];

const task = { latencyMs: 1, ok: true };
export const call = { agent: 'a', operation: 'b', latencyMs: 1, ok: true };
const agents: Field[] = [
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

const request = { bytesIn: 1, bytesOut: 1, latencyMs: 1, ok: true };
const openai = ({ gateway }: EveryPack) => gateway.provider('openai');
const tokensOf = (name: string) => (to: EveryPack, v: never) => to.gateway.audit({ provider: 'openai', [name]: v });
const gateway: Field[] = [
  ['record.bytesIn', count, (to, v) => openai(to).record({ ...request, bytesIn: v }), 'gateway_received_bytes_total'],
  ['record.bytesOut', count, (to, v) => openai(to).record({ ...request, bytesOut: v }), 'gateway_sent_bytes_total'],
  [
    'record.latencyMs',
    amount,
    (to, v) => openai(to).record({ ...request, latencyMs: v }),
    'gateway_request_duration_seconds',
  ],
  ['end.bytesIn', count, (to, v) => void openai(to).begin().end({ bytesIn: v }), 'gateway_received_bytes_total'],
  ['end.bytesOut', count, (to, v) => void openai(to).begin().end({ bytesOut: v }), 'gateway_sent_bytes_total'],
  [
    'end.outputTokens',
    { valid: [2, 1_000], invalid: [-1, 1.5, 2.5, beyond] },
    (to, v) => void openai(to).begin().end({ outputTokens: v }),
    'gateway_time_per_output_token_seconds',
  ],
  ['firstByte', amount, (to, v) => openai(to).firstByte(v), 'gateway_time_to_first_byte_seconds'],
  [
    'outputTokens.tokens',
    { valid: [2, 1_000], invalid: [-1, 1.5, 2.5, beyond] },
    (to, v) => openai(to).outputTokens(v, 1),
    'gateway_time_per_output_token_seconds',
  ],
  [
    'outputTokens.milliseconds',
    amount,
    (to, v) => openai(to).outputTokens(2, v),
    'gateway_time_per_output_token_seconds',
  ],
  [
    'audit.latencyMs',
    amount,
    (to, v) => to.gateway.audit({ provider: 'openai', latencyMs: v }),
    'gateway_model_duration_seconds',
  ],
  [
    'audit.firstByteMs',
    amount,
    (to, v) => to.gateway.audit({ provider: 'openai', firstByteMs: v }),
    'gateway_model_time_to_first_byte_seconds',
  ],
  [
    'audit.firstByteMs with latencyMs',
    upTo(40),
    (to, v) => to.gateway.audit({ provider: 'openai', latencyMs: 40, firstByteMs: v }),
    'gateway_model_time_to_first_byte_seconds',
  ],
  [
    'audit.proxyMs',
    amount,
    (to, v) => to.gateway.audit({ provider: 'openai', proxyMs: v }),
    'gateway_overhead_duration_seconds',
  ],
  [
    'audit.proxyMs with latencyMs',
    upTo(40),
    (to, v) => to.gateway.audit({ provider: 'openai', latencyMs: 40, proxyMs: v }),
    'gateway_overhead_duration_seconds',
  ],
  ['audit.inputTokens', count, tokensOf('inputTokens'), 'gateway_tokens_total'],
  ['audit.outputTokens', count, tokensOf('outputTokens'), 'gateway_tokens_total'],
  ['audit.totalTokens', count, tokensOf('totalTokens'), 'gateway_tokens_total'],
  ['audit.costUsd', amount, tokensOf('costUsd'), 'gateway_cost_usd_total'],
];

const ended = { totalSeconds: 1 };
const batch = { sequences: 1, tokens: 1, paddingTokens: 0, longestSequence: 1 };
const inference: Field[] = [
  ['request.totalSeconds', amount, (to, v) => to.inference.request({ totalSeconds: v }), 'request_latency_seconds'],
  [
    'request.firstResultSeconds',
    upTo(1),
    (to, v) => to.inference.request({ ...ended, firstResultSeconds: v }),
    'time_to_first_result_seconds',
  ],
  ['request.documents', count, (to, v) => to.inference.request({ ...ended, documents: v }), 'documents_scored_total'],
  [
    'request.stages',
    amount,
    (to, v) => to.inference.request({ ...ended, stages: { inference: v } }),
    'inference_latency_seconds',
  ],
  ['end.documents', count, (to, v) => to.inference.begin().end({ documents: v }), 'documents_scored_total'],
  ['stage.seconds', amount, (to, v) => to.inference.stage('send', v), 'mp_queue_send_latency_seconds'],
  ['batch.sequences', count, (to, v) => to.inference.batch({ ...batch, sequences: v }), 'batch_size'],
  ['batch.tokens', count, (to, v) => to.inference.batch({ ...batch, tokens: v }), 'total_tokens_total'],
  ['batch.paddingTokens', count, (to, v) => to.inference.batch({ ...batch, paddingTokens: v }), 'padded_tokens_total'],
  ['batch.longestSequence', count, (to, v) => to.inference.batch({ ...batch, longestSequence: v }), 'max_seq_length'],
  [
    'completed.requests',
    count,
    (to, v) => to.inference.worker('m', 'model').completed(1, v),
    'worker_request_count_total',
  ],
  ['modelLoaded.seconds', amount, (to, v) => to.inference.modelLoaded(v), 'model_load_time_seconds'],
];

const sample = { latencySeconds: 1, ok: true };
/** One run of each set of packs, which stays open. */
const runs = new WeakMap<EveryPack, ReturnType<EveryPack['benchmark']['begin']>>();
function run(to: EveryPack) {
  const open = runs.get(to) ?? to.benchmark.begin({ model: 'a' });
  runs.set(to, open);
  return open;
}
const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
const benchmark: Field[] = [
  [
    'sample.latencySeconds',
    amount,
    (to, v) => run(to).sample({ latencySeconds: v, ok: true }),
    'benchmark_latency_seconds',
  ],
  [
    'sample.firstOutputSeconds',
    upTo(1),
    (to, v) => run(to).sample({ ...sample, firstOutputSeconds: v }),
    'benchmark_time_to_first_output_seconds',
  ],
  ['sample.outputs', count, (to, v) => run(to).sample({ ...sample, outputs: v }), 'benchmark_outputs_total'],
  [
    'sample.temporalConsistency',
    share,
    (to, v) => run(to).sample({ ...sample, temporalConsistency: v }),
    'benchmark_temporal_consistency_distribution',
  ],
  ['score.fvd', amount, (to, v) => run(to).score({ fvd: v }), 'benchmark_fvd'],
  ['score.inceptionScore', fromOne, (to, v) => run(to).score({ inceptionScore: v }), 'benchmark_inception_score'],
  [
    'score.temporalConsistency',
    share,
    (to, v) => run(to).score({ temporalConsistency: v }),
    'benchmark_temporal_consistency',
  ],
  ...(['truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives'] as const).map(
    (field): Field => [
      `fScore.${field}`,
      count,
      (to, v) => void run(to).fScore({ ...counts, [field]: v }),
      'benchmark_predictions_total',
    ],
  ),
  [
    'apiCall.responseSeconds',
    amount,
    (to, v) => run(to).apiCall({ responseSeconds: v, ok: true }),
    'api_response_time_seconds',
  ],
];

const vision: Field[] = [
  ['record.durationMs', amount, (to, v) => to.vision.record({ durationMs: v }), 'vision_frame_duration_seconds'],
  ['record.stages', amount, (to, v) => to.vision.record({ stages: { decode: v } }), 'vision_stage_duration_seconds'],
  [
    'record.detections of a class',
    count,
    (to, v) => to.vision.record({ detections: { car: v } }),
    'vision_detections_total',
  ],
  ['frame.stage', amount, (to, v) => to.vision.begin().stage('decode', v), 'vision_stage_duration_seconds'],
  ['camera.stage', amount, (to, v) => to.vision.camera('a').stage('decode', v), 'vision_stage_duration_seconds'],
  ['camera.drop.frames', count, (to, v) => to.vision.camera('a').drop('late', v), 'vision_dropped_frames_total'],
  [
    'gpu.utilizationPercent',
    percent,
    (to, v) => to.vision.gpu({ utilizationPercent: v }),
    'vision_gpu_utilization_ratio',
    (value) => value / 100,
  ],
  ['gpu.memoryUsedBytes', amount, (to, v) => to.vision.gpu({ memoryUsedBytes: v }), 'vision_gpu_memory_usage_bytes'],
  [
    'gpu.memoryUsedBytes with memoryTotalBytes',
    upTo(8e9),
    (to, v) => to.vision.gpu({ memoryUsedBytes: v, memoryTotalBytes: 8e9 }),
    'vision_gpu_memory_usage_bytes',
  ],
  ['gpu.memoryTotalBytes', amount, (to, v) => to.vision.gpu({ memoryTotalBytes: v }), 'vision_gpu_memory_limit_bytes'],
];

const llmCall = { provider: 'p', model: 'm' };
const totals = { inputTokens: 1_000, outputTokens: 1_000 };
const withUsage = (usage: object) => (to: EveryPack, operation?: string) =>
  to.genai.operation({ ...llmCall, ...(operation === undefined ? {} : { operation }), usage, durationSeconds: 1 });
/** The parts of a usage, and the metrics of those that have one. */
const usageParts: readonly [field: string, metric?: string][] = [
  ['inputTokens', 'input_tokens'],
  ['outputTokens', 'output_tokens'],
  ['cacheReadTokens', 'cache_read_input_tokens'],
  ['cacheWriteTokens', 'cache_write_input_tokens'],
  ['reasoningTokens', 'reasoning_output_tokens'],
  ['cacheWrite1hTokens'],
  ['audioInputTokens'],
  ['audioOutputTokens'],
  ['audioCacheReadTokens'],
  ['imageInputTokens'],
  ['imageOutputTokens'],
];
const serverSide = { ...llmCall, durationSeconds: 1 };
const genai: Field[] = [
  [
    'operation.durationSeconds',
    amount,
    (to, v) => to.genai.operation({ ...llmCall, durationSeconds: v }),
    'gen_ai_client_inference_duration_seconds',
  ],
  [
    'operation.costUsd',
    amount,
    (to, v) => to.genai.operation({ ...llmCall, durationSeconds: 1, costUsd: v }),
    'gen_ai_client_cost_usd_total',
  ],
  ['usage.costUsd', amount, (to, v) => withUsage({ ...totals, costUsd: v })(to), 'gen_ai_client_cost_usd_total'],
  ...usageParts.flatMap(([field, metric]): Field[] => [
    ...(metric === undefined
      ? []
      : [
          [
            `usage.${field}`,
            count,
            (to, v) => withUsage({ [field]: v })(to),
            `gen_ai_client_inference_usage_${metric}_total`,
          ] satisfies Field,
        ]),
    // Only a usage whose counts are all valid has a cost.
    [
      `usage.${field} as part of a cost`,
      count,
      (to, v) => withUsage({ ...totals, [field]: v })(to),
      'gen_ai_client_operation_cost_usd',
    ],
    [
      `usage.${field} of embeddings as part of a cost`,
      count,
      (to, v) => withUsage({ ...totals, [field]: v })(to, 'embeddings'),
      'gen_ai_client_operation_cost_usd',
    ],
  ]),
  [
    'usage.toolUses',
    count,
    (to, v) => withUsage({ ...totals, toolUses: { web_search: v } })(to),
    'gen_ai_client_operation_cost_usd',
  ],
  [
    'chunk.tokens',
    count,
    (to, v) => {
      const operation = to.genai.begin(llmCall);
      operation.chunk(v);
      operation.end();
    },
    'gen_ai_client_inference_usage_output_tokens_total',
  ],
  [
    'chunk.tokens as part of a cost',
    count,
    (to, v) => {
      const operation = to.genai.begin(llmCall);
      operation.chunk(5);
      operation.chunk(v);
      operation.end({ usage: { inputTokens: 1 } });
    },
    'gen_ai_client_operation_cost_usd',
  ],
  [
    'server.durationSeconds',
    amount,
    (to, v) => to.genai.server({ ...llmCall, durationSeconds: v }),
    'gen_ai_server_request_duration_seconds',
  ],
  [
    'server.durationSeconds of a failure',
    amount,
    (to, v) => to.genai.server({ ...llmCall, durationSeconds: v, errorType: 'timeout' }),
    'gen_ai_server_request_duration_seconds',
  ],
  [
    'server.timeToFirstTokenSeconds',
    upTo(1),
    (to, v) => to.genai.server({ ...serverSide, timeToFirstTokenSeconds: v }),
    'gen_ai_server_time_to_first_token_seconds',
  ],
  [
    'server.timeToFirstTokenSeconds as part of the time per token',
    upTo(1),
    (to, v) => to.genai.server({ ...serverSide, timeToFirstTokenSeconds: v, outputTokens: 2 }),
    'gen_ai_server_time_per_output_token_seconds',
  ],
  [
    'server.outputTokens',
    { valid: [2, 1_000], invalid: [-1, 1.5, 2.5, beyond] },
    (to, v) => to.genai.server({ ...serverSide, timeToFirstTokenSeconds: 0.5, outputTokens: v }),
    'gen_ai_server_time_per_output_token_seconds',
  ],
  [
    'agent.durationSeconds',
    amount,
    (to, v) => to.genai.agent({ durationSeconds: v }),
    'gen_ai_invoke_agent_duration_seconds',
  ],
  [
    'agent.inferenceCalls',
    count,
    (to, v) => to.genai.agent({ durationSeconds: 1, inferenceCalls: v }),
    'gen_ai_invoke_agent_inference_calls',
  ],
  [
    'agent.toolCalls',
    count,
    (to, v) => to.genai.agent({ durationSeconds: 1, toolCalls: v }),
    'gen_ai_invoke_agent_tool_calls',
  ],
  [
    'tool.durationSeconds',
    amount,
    (to, v) => to.genai.tool({ tool: 'search', durationSeconds: v }),
    'gen_ai_execute_tool_duration_seconds',
  ],
  [
    'workflow.durationSeconds',
    amount,
    (to, v) => to.genai.workflow({ durationSeconds: v }),
    'gen_ai_invoke_agent_duration_seconds',
  ],
  [
    'retrieval.durationSeconds',
    amount,
    (to, v) => to.genai.retrieval({ durationSeconds: v }),
    'gen_ai_retrieval_duration_seconds',
  ],
];

/** All fields, each with the name of its pack. */
export const fields = Object.entries({ agents, gateway, inference, benchmark, vision, genai }).flatMap(([pack, rows]) =>
  rows.map(([field, ...row]): Field => [`${pack}: ${field}`, ...row]),
);
