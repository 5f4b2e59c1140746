/** Usage in the format of OpenAI, as OpenAI and compatible servers and gateways report it. */
import { plain, type Shape } from './shape.js';

const chat = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };

export const openaiShapes: readonly Shape[] = [
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
    tokens: { ...plain, toolUses: { audio_second: 20 } },
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
    tokens: {
      inputTokens: 108,
      outputTokens: 76_504,
      reasoningTokens: 73_248,
      toolUses: { web_search: 74, citation_token: 7_299 },
    },
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
    name: 'Qwen, tokens written to the cache',
    source: 'https://www.alibabacloud.com/help/en/model-studio/context-cache',
    reported: {
      usage: {
        ...chat,
        prompt_tokens_details: {
          cached_tokens: 0,
          cache_creation_input_tokens: 900,
          cache_creation: { ephemeral_5m_input_tokens: 900 },
          cache_type: 'ephemeral',
        },
      },
    },
    tokens: { ...plain, cacheReadTokens: 0, cacheWriteTokens: 900 },
  },
  {
    name: 'LangChain, usage of a message',
    source: 'langchain-ai/langchainjs: libs/langchain-core/src/messages/metadata.ts, UsageMetadata',
    reported: {
      content: 'Paris.',
      usage_metadata: {
        input_tokens: 1_000,
        output_tokens: 200,
        total_tokens: 1_200,
        input_token_details: { cache_read: 600, cache_creation: 100, audio: 90, image: 80, text: 830 },
        output_token_details: { reasoning: 120, audio: 30, image: 20 },
      },
    },
    tokens: {
      ...plain,
      cacheReadTokens: 600,
      cacheWriteTokens: 100,
      reasoningTokens: 120,
      audioInputTokens: 90,
      audioOutputTokens: 30,
      imageInputTokens: 80,
      imageOutputTokens: 20,
    },
  },
  {
    name: 'LangChain, Anthropic, whose input includes the cache',
    source: 'langchain-ai/langchainjs: libs/providers/langchain-anthropic/src/utils/message_outputs.ts',
    reported: {
      input_tokens: 1_000,
      output_tokens: 200,
      total_tokens: 1_200,
      input_token_details: { cache_creation: 0, cache_read: 900 },
    },
    tokens: { ...plain, cacheReadTokens: 900, cacheWriteTokens: 0 },
  },
  {
    name: 'LangChain, an integration whose input excludes the cache',
    source: 'langchain-ai/langchainjs: libs/langchain-core/src/messages/metadata.ts: details need not sum to the input',
    reported: {
      usage_metadata: {
        input_tokens: 100,
        output_tokens: 200,
        total_tokens: 300,
        input_token_details: { cache_read: 600, cache_creation: 300 },
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, cacheWriteTokens: 300 },
  },
  {
    name: 'Gemini, OpenAI endpoint',
    source: 'https://github.com/Clarifai/clarifai-python/pull/978',
    reported: { usage: { prompt_tokens: 20, completion_tokens: 424, total_tokens: 1_016 } },
    tokens: { inputTokens: 20, outputTokens: 996, reasoningTokens: 572 },
  },
];
