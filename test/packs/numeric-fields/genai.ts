/** The numeric fields of the verbs of pack `genai`. */
import type { EveryPack } from '../every-pack.js';
import { amount, beyond, count, upTo } from '../value-ranges.js';
import type { Field } from './field.js';

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
export const genai: Field[] = [
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
