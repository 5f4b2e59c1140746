/** The genai pack on a fake clock, scraped as Prometheus does. */
import { startMetrics } from 'otelier';
import { type GenaiOptions, type GenaiRecorder, genai } from 'otelier/packs/genai';
import type { FakeClock } from '../support/clock.js';
import { startScraped } from './scraped.js';

/** Options of the pack. `prices` is `none` by default; `package` selects the default of the pack. */
export type ClientOptions = Omit<GenaiOptions, 'prices'> & { readonly prices?: GenaiOptions['prices'] | 'package' };

/** Starts the pack and waits until it can be scraped. Stops it after the test. */
export async function start(options?: ClientOptions) {
  const client = startNow(options);
  await client.metrics.ready;
  return client;
}

/** Starts the pack synchronously. */
export function startNow({ prices = 'none', ...options }: ClientOptions = {}) {
  const pack = genai({ environment: {}, ...options, ...(prices === 'package' ? {} : { prices }) });
  const { valuesBy, ...scraped } = startScraped((settings) => startMetrics({ ...settings, packs: { genai: pack } }));
  /** Samples by name without the common prefix, and label values in the order of `labelOrder`. */
  const values = () =>
    valuesBy((name, labels) => [name.replace(/^gen_ai_(client_)?/, ''), ...ordered(labels)].join('/'), 12);
  return { ...scraped, recorder: scraped.metrics.genai, values };
}

const labelOrder = [
  'gen_ai_tool_name',
  'gen_ai_tool_type',
  'gen_ai_data_source_id',
  'gen_ai_agent_name',
  'gen_ai_operation_name',
  'gen_ai_provider_name',
  'gen_ai_request_model',
  'gen_ai_response_model',
  'server_address',
  'server_port',
  'gen_ai_token_type',
  'gen_ai_token_modality',
  'outcome',
  'reason',
  'estimated',
  'error_type',
];

function ordered(labels: ReadonlyMap<string, string>): string[] {
  return labelOrder.flatMap((label) => labels.get(label) ?? []);
}

/** US dollars per million tokens; each price is different. */
export const prices = {
  'gpt-4o': { input: 2, output: 10, cacheRead: 1, cacheWrite: 3, cacheWrite1h: 6, reasoning: 20 },
};

/** Records every kind of event. */
export function scenario(recorder: GenaiRecorder, clock: FakeClock): void {
  const call = recorder.begin({
    provider: 'openai',
    model: 'gpt-4o',
    serverAddress: 'api.openai.com',
    serverPort: 443,
  });
  for (const [afterMs, tokens] of [
    [400, 1],
    [100, 2],
    [100, 4],
  ] as const) {
    clock.advance(afterMs);
    call.chunk(tokens);
  }
  clock.advance(50);
  call.end({
    responseModel: 'gpt-4o-2024-08-06',
    usage: { inputTokens: 1_000, outputTokens: 7, cacheReadTokens: 300, cacheWriteTokens: 200, reasoningTokens: 2 },
  });
  const failing = recorder.begin({ provider: 'openai', model: 'gpt-4o' });
  clock.advance(20);
  failing.fail(Object.assign(new Error('quota of org-123 is exceeded'), { code: 'rate_limit_exceeded', status: 429 }));
  recorder.operation({
    operation: 'embeddings',
    provider: 'openai',
    model: 'unpriced',
    durationSeconds: 0.3,
    usage: { inputTokens: 50 },
  });
  recorder.server({
    provider: 'vllm',
    model: 'llama-3',
    durationSeconds: 2.2,
    timeToFirstTokenSeconds: 0.2,
    outputTokens: 101,
  });
  recorder.server({ provider: 'vllm', model: 'llama-3', durationSeconds: 1, errorType: 'timeout' });
  recorder.agent({ agent: 'planner', model: 'gpt-4o', durationSeconds: 12, inferenceCalls: 5, toolCalls: 3 });
  const tool = { tool: 'search', type: 'function', agent: 'planner' };
  recorder.tool({ ...tool, durationSeconds: 0.4 });
  recorder.tool({ ...tool, durationSeconds: 0.7, errorType: 'timeout' });
  recorder.workflow({ workflow: 'triage', durationSeconds: 40 });
  recorder.retrieval({ dataSource: 'handbook', durationSeconds: 0.2 });
  recorder.retrieval({ dataSource: 'handbook', durationSeconds: 0.1, errorType: 'timeout' });
  const remote = { operation: 'invoke_agent', provider: 'aws.bedrock', agent: 'booking', errorType: 'throttled' };
  recorder.operation({ ...remote, durationSeconds: 6 });
  recorder.operation({ operation: 'search_memory', provider: 'mem', durationSeconds: 0.05 });
}

/** Returns a stream that yields `chunks` 100 ms apart, and the log of its calls. */
export function source<T>(clock: FakeClock, chunks: readonly T[], error?: unknown) {
  const calls: string[] = [];
  async function* generate(): AsyncGenerator<T> {
    try {
      for (const each of chunks) {
        clock.advance(100);
        calls.push('yielded');
        yield each;
      }
      if (error !== undefined) throw error;
    } finally {
      calls.push('closed');
    }
  }
  return { stream: generate(), calls };
}

export async function read<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const each of stream) chunks.push(each);
  return chunks;
}

/** Returns the stream counts by outcome. */
export function outcomes(values: Record<string, unknown>): Record<string, unknown> {
  const streams = Object.entries(values).filter(([name]) => name.startsWith('streams_total/'));
  return Object.fromEntries(streams.map(([name, count]) => [name.split('/').at(-1), count]));
}
