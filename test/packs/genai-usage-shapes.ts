/** Usage as providers and servers report it, with the source of each format and the tokens that it stands for. */
import type { TokenUsage } from 'otelier/packs/genai';

interface Shape {
  readonly name: string;
  /** Documentation page, repository file, or issue that shows the format. */
  readonly source: string;
  readonly reported: unknown;
  readonly tokens: TokenUsage;
}

const chat = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };
const plain = { inputTokens: 1_000, outputTokens: 200 };

export const shapes: readonly Shape[] = [
  {
    name: 'OpenAI chat completion with audio',
    source: 'package openai 6.49: resources/completions.d.ts, CompletionUsage',
    reported: {
      usage: {
        ...chat,
        prompt_tokens_details: { cached_tokens: 600, audio_tokens: 100, cache_write_tokens: 50 },
        completion_tokens_details: { reasoning_tokens: 120, audio_tokens: 30, accepted_prediction_tokens: 5 },
      },
    },
    tokens: {
      ...plain,
      cacheReadTokens: 600,
      cacheWriteTokens: 50,
      reasoningTokens: 120,
      audioInputTokens: 100,
      audioOutputTokens: 30,
    },
  },
  {
    name: 'OpenAI response',
    source: 'package openai 6.49: resources/responses/responses.d.ts, ResponseUsage',
    reported: {
      type: 'response.completed',
      response: {
        usage: {
          input_tokens: 1_000,
          input_tokens_details: { cached_tokens: 600, cache_write_tokens: 0 },
          output_tokens: 200,
          output_tokens_details: { reasoning_tokens: 120 },
          total_tokens: 1_200,
        },
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, cacheWriteTokens: 0, reasoningTokens: 120 },
  },
  {
    name: 'Azure OpenAI response',
    source: 'https://learn.microsoft.com/javascript/api/@azure/ai-projects/inputtokensdetailsresource',
    reported: { usage: { input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 5 } },
    tokens: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4 },
  },
  {
    name: 'Anthropic message',
    source: 'package @anthropic-ai/sdk 1.12: resources/messages/messages.d.ts, Usage',
    reported: {
      usage: {
        input_tokens: 100,
        cache_read_input_tokens: 600,
        cache_creation_input_tokens: 300,
        cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
        output_tokens: 200,
        output_tokens_details: { thinking_tokens: 120 },
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, cacheWriteTokens: 300, cacheWrite1hTokens: 200, reasoningTokens: 120 },
  },
  {
    name: 'Anthropic, with compactions of the context',
    source: 'package @anthropic-ai/sdk 1.12: resources/beta/messages/messages.d.ts, BetaCompactionIterationUsage',
    reported: {
      usage: {
        input_tokens: 100,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 0,
        output_tokens: 30,
        iterations: [
          {
            type: 'compaction',
            input_tokens: 500,
            cache_read_input_tokens: 40,
            cache_creation_input_tokens: 10,
            cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 6 },
            output_tokens: 70,
          },
          { type: 'compaction', input_tokens: 1_000, output_tokens: 100 },
          { type: 'message', input_tokens: 100, cache_read_input_tokens: 20, output_tokens: 30 },
        ],
      },
    },
    tokens: {
      inputTokens: 1_670,
      outputTokens: 200,
      cacheReadTokens: 60,
      cacheWriteTokens: 10,
      cacheWrite1hTokens: 6,
    },
  },
  {
    name: 'Cohere',
    source: 'https://docs.cohere.com/v2/docs/how-does-cohere-pricing-work',
    reported: {
      usage: {
        billed_units: { input_tokens: 6_772, output_tokens: 248 },
        tokens: { input_tokens: 7_596, output_tokens: 645 },
        cached_tokens: 400,
      },
    },
    tokens: { inputTokens: 6_772, outputTokens: 248, cacheReadTokens: 400 },
  },
  {
    name: 'Cohere, without billed tokens',
    source: 'https://docs.cohere.com/v2/docs/how-does-cohere-pricing-work',
    reported: { usage: { tokens: { input_tokens: 7_596, output_tokens: 645 } } },
    tokens: { inputTokens: 7_596, outputTokens: 645 },
  },
  {
    name: 'Cohere, with more cached than billed tokens, end of a stream of its client',
    source: 'cohere-ai/cohere-typescript: src/api/types/Usage.ts, ChatMessageEndEventDelta.ts',
    reported: {
      type: 'message-end',
      delta: {
        finishReason: 'COMPLETE',
        usage: {
          billedUnits: { inputTokens: 100, outputTokens: 20 },
          tokens: { inputTokens: 900, outputTokens: 25 },
          cachedTokens: 850,
        },
      },
    },
    tokens: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 100 },
  },
  {
    name: 'Cohere, first API',
    source: 'cohere-ai/cohere-typescript: src/api/types/ApiMeta.ts',
    reported: { text: 'Paris.', meta: { api_version: {}, billed_units: { input_tokens: 10, output_tokens: 5 } } },
    tokens: { inputTokens: 10, outputTokens: 5 },
  },
  {
    name: 'Cohere, first API, end of a stream',
    source: 'cohere-ai/cohere-typescript: src/api/types/ChatStreamEndEvent.ts',
    reported: {
      event_type: 'stream-end',
      response: { text: 'Paris.', meta: { billed_units: { input_tokens: 10, output_tokens: 5 } } },
    },
    tokens: { inputTokens: 10, outputTokens: 5 },
  },
  {
    name: 'watsonx, text generation',
    source: 'https://ibm.github.io/watsonx-ai-node-sdk/interfaces/0_1_x.WatsonXAI.TextGenResult-1.html',
    reported: {
      model_id: 'ibm/granite',
      results: [{ generated_text: 'Paris.', generated_token_count: 4, input_token_count: 9, stop_reason: 'eos_token' }],
    },
    tokens: { inputTokens: 9, outputTokens: 4 },
  },
  {
    name: "Vercel's AI SDK",
    source: 'package ai 6.0: dist/index.d.ts, LanguageModelUsage',
    reported: {
      usage: {
        inputTokens: 1_000,
        inputTokenDetails: { noCacheTokens: 100, cacheReadTokens: 600, cacheWriteTokens: 300 },
        outputTokens: 200,
        outputTokenDetails: { textTokens: 80, reasoningTokens: 120 },
        totalTokens: 1_200,
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, cacheWriteTokens: 300, reasoningTokens: 120 },
  },
  {
    name: 'DeepSeek',
    source: 'crate ds-api 0.10.7: src/raw/response/non_streaming/usage.rs',
    reported: { usage: { ...chat, prompt_cache_hit_tokens: 900, prompt_cache_miss_tokens: 100 } },
    tokens: { ...plain, cacheReadTokens: 900 },
  },
  {
    name: 'DeepSeek without a total of the input',
    source: 'crate ds-api 0.10.7: src/raw/response/non_streaming/usage.rs',
    reported: { usage: { completion_tokens: 20, prompt_cache_hit_tokens: 10, prompt_cache_miss_tokens: 5 } },
    tokens: { inputTokens: 15, outputTokens: 20, cacheReadTokens: 10 },
  },
  {
    name: 'Moonshot, last chunk',
    source: 'https://github.com/earendil-works/pi/issues/2017',
    reported: { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: { ...chat, cached_tokens: 700 } }] },
    tokens: { ...plain, cacheReadTokens: 700 },
  },
  {
    name: 'Mistral',
    source: 'mistralai/client-ts: src/models/components/usageinfo.ts',
    reported: { usage: { ...chat, total_tokens: 1_500, prompt_audio_seconds: 20 } },
    tokens: plain,
  },
  {
    name: 'Groq',
    source: 'groq/groq-typescript: src/resources/completions.ts; vercel/ai release @ai-sdk/groq@4.0.8',
    reported: { usage: { ...chat, queue_time: 0.1, total_time: 0.3, prompt_tokens_details: { cached_tokens: 400 } } },
    tokens: { ...plain, cacheReadTokens: 400 },
  },
  {
    name: 'Groq, last chunk',
    source: 'groq/groq-typescript: src/resources/chat/completions.ts, ChatCompletionChunk.XGroq',
    reported: { choices: [{ index: 0, delta: {} }], x_groq: { id: 'req_1', usage: { ...chat, total_time: 0.3 } } },
    tokens: plain,
  },
  {
    name: 'OpenRouter',
    source: 'https://openrouter.ai/docs/use-cases/usage-accounting',
    reported: {
      usage: {
        ...chat,
        prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 100, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
        cost: 0.42,
        cost_details: { upstream_inference_cost: 19 },
      },
    },
    tokens: {
      ...plain,
      cacheReadTokens: 0,
      cacheWriteTokens: 100,
      reasoningTokens: 0,
      audioInputTokens: 0,
      costUsd: 0.42,
    },
  },
  {
    name: 'OpenRouter with a key of the user',
    source: 'https://github.com/tailcallhq/forgecode/issues/1641',
    reported: {
      usage: {
        prompt_tokens: 9_171,
        completion_tokens: 113,
        total_tokens: 9_284,
        cost: 0,
        is_byok: true,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        cost_details: {
          upstream_inference_cost: 0.0360795,
          upstream_inference_prompt_cost: 0.0343845,
          upstream_inference_completions_cost: 0.001695,
        },
        completion_tokens_details: { reasoning_tokens: 55, image_tokens: 0 },
      },
    },
    tokens: {
      inputTokens: 9_171,
      outputTokens: 113,
      cacheReadTokens: 0,
      reasoningTokens: 55,
      audioInputTokens: 0,
      imageOutputTokens: 0,
      costUsd: 0.0360795,
    },
  },
  {
    name: 'OpenRouter with a key of the user and a fee',
    source: 'https://openrouter.ai/docs/cookbook/administration/usage-accounting, Cost Breakdown',
    reported: { usage: { ...chat, cost: 0.95, is_byok: true, cost_details: { upstream_inference_cost: 19 } } },
    tokens: { ...plain, costUsd: 19.95 },
  },
  {
    name: 'OpenRouter with its own key, whose charge includes that of the provider',
    source: 'https://github.com/OpenRouterTeam/ai-sdk-provider/issues/532',
    reported: {
      usage: { ...chat, cost: 0.00000285, is_byok: false, cost_details: { upstream_inference_cost: 0.00000285 } },
    },
    tokens: { ...plain, costUsd: 0.00000285 },
  },
  {
    name: 'xAI, chat completion with its cost',
    source: 'https://docs.x.ai/developers/cost-tracking',
    reported: {
      usage: {
        prompt_tokens: 100,
        completion_tokens: 20,
        total_tokens: 150,
        completion_tokens_details: { reasoning_tokens: 30 },
        cost_in_usd_ticks: 37_756_000,
      },
    },
    tokens: { inputTokens: 100, outputTokens: 50, reasoningTokens: 30, costUsd: 0.003_775_6 },
  },
  {
    name: 'xAI, response with its cost',
    source: 'https://docs.x.ai/developers/cost-tracking',
    reported: { response: { usage: { input_tokens: 10, output_tokens: 5, cost_in_usd_ticks: 400_000_000 } } },
    tokens: { inputTokens: 10, outputTokens: 5, costUsd: 0.04 },
  },
  {
    name: 'Perplexity, deep research',
    source: 'https://github.com/bgeneto/open-webui-cost-tracker/issues/6',
    reported: {
      usage: {
        prompt_tokens: 108,
        completion_tokens: 3_256,
        total_tokens: 3_364,
        citation_tokens: 7_299,
        num_search_queries: 74,
        reasoning_tokens: 73_248,
      },
    },
    tokens: { inputTokens: 108, outputTokens: 76_504, reasoningTokens: 73_248 },
  },
  {
    name: 'vLLM',
    source: 'vllm-project/vllm: vllm/entrypoints/openai/engine/protocol.py, UsageInfo',
    reported: { usage: { ...chat, prompt_tokens_details: null } },
    tokens: plain,
  },
  {
    name: 'SGLang',
    source: 'sgl-project/sglang: python/sglang/srt/entrypoints/openai/usage_processor.py',
    reported: { usage: { ...chat, reasoning_tokens: 80, prompt_tokens_details: { cached_tokens: 500 } } },
    tokens: { ...plain, cacheReadTokens: 500, reasoningTokens: 80 },
  },
  {
    name: 'llama.cpp, timings',
    source: 'https://github.com/ggml-org/llama.cpp/pull/15827',
    reported: { choices: [], timings: { cache_n: 236, prompt_n: 1, predicted_n: 35, predicted_ms: 661 } },
    tokens: { inputTokens: 237, outputTokens: 35, cacheReadTokens: 236 },
  },
  {
    name: 'llama.cpp, native completion',
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md, result of /completion',
    reported: { content: 'Paris.', stop: true, tokens_evaluated: 100, tokens_predicted: 20, tokens_cached: 119 },
    tokens: { inputTokens: 100, outputTokens: 20 },
  },
  {
    name: 'Ollama, native',
    source: 'ollama/ollama: docs/api/usage.mdx',
    reported: { model: 'gemma4', done: true, prompt_eval_count: 11, prompt_eval_duration: 13_074_791, eval_count: 18 },
    tokens: { inputTokens: 11, outputTokens: 18 },
  },
  {
    name: 'Ollama, OpenAI endpoint',
    source: 'https://github.com/ollama/ollama/blob/main/openai/openai.go, Usage',
    reported: { usage: chat },
    tokens: plain,
  },
  {
    name: 'LiteLLM with an input that excludes the cache',
    source: 'https://github.com/BerriAI/litellm/issues/15056',
    reported: {
      usage: {
        completion_tokens: 467,
        prompt_tokens: 31,
        total_tokens: 498,
        prompt_tokens_details: { cached_tokens: 0 },
        cache_creation_input_tokens: 1_253,
        cache_read_input_tokens: 0,
      },
    },
    tokens: { inputTokens: 1_284, outputTokens: 467, cacheReadTokens: 0, cacheWriteTokens: 1_253 },
  },
  {
    name: 'LiteLLM with a cost, last chunk',
    source: 'https://github.com/BerriAI/litellm/pull/13319',
    reported: { choices: [], usage: { ...chat, cost: 0.0031 } },
    tokens: { ...plain, costUsd: 0.0031 },
  },
  {
    name: 'Gemini, OpenAI endpoint',
    source: 'https://github.com/Clarifai/clarifai-python/pull/978',
    reported: { usage: { prompt_tokens: 20, completion_tokens: 424, total_tokens: 1_016 } },
    tokens: { inputTokens: 20, outputTokens: 996, reasoningTokens: 572 },
  },
  {
    name: 'Gemini, native',
    source: 'https://hexdocs.pm/geminix/Geminix.V1beta.UsageMetadata.html',
    reported: {
      usageMetadata: {
        promptTokenCount: 900,
        toolUsePromptTokenCount: 100,
        cachedContentTokenCount: 300,
        candidatesTokenCount: 80,
        thoughtsTokenCount: 120,
        totalTokenCount: 1_200,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 640 },
          { modality: 'AUDIO', tokenCount: 260 },
        ],
      },
    },
    tokens: { ...plain, cacheReadTokens: 300, reasoningTokens: 120, audioInputTokens: 260 },
  },
  {
    name: 'Gemini, native, with a service tier',
    source: 'https://ai.google.dev/api/generate-content#UsageMetadata',
    reported: {
      usageMetadata: {
        promptTokenCount: 10,
        candidatesTokenCount: 5,
        totalTokenCount: 15,
        serviceTier: 'flex',
      },
    },
    tokens: { inputTokens: 10, outputTokens: 5, serviceTier: 'flex' },
  },
  {
    name: 'Bedrock Converse',
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html',
    reported: {
      metadata: {
        usage: {
          inputTokens: 100,
          outputTokens: 200,
          totalTokens: 1_200,
          cacheReadInputTokens: 600,
          cacheWriteInputTokens: 300,
          cacheDetails: [
            { ttl: '1h', inputTokens: 200 },
            { ttl: '5m', inputTokens: 100 },
          ],
        },
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, cacheWriteTokens: 300, cacheWrite1hTokens: 200 },
  },
];
