/** Usage in formats of their own: Anthropic, Cohere, Gemini, Bedrock, and the native APIs of servers. */
import { plain, type Shape } from './shape.js';

export const otherShapes: readonly Shape[] = [
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
    name: "Vercel's AI SDK 5",
    source: 'package ai 6.0: src/types/usage.ts, deprecated fields of LanguageModelUsage',
    reported: {
      usage: {
        inputTokens: 1_000,
        outputTokens: 200,
        totalTokens: 1_200,
        cachedInputTokens: 600,
        reasoningTokens: 120,
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, reasoningTokens: 120 },
  },
  {
    name: 'Text Generation Inference, with the tokens of the prompt',
    source: 'huggingface/text-generation-inference: docs/openapi.json, GenerateResponse',
    reported: {
      generated_text: 'Paris.',
      details: {
        finish_reason: 'eos_token',
        generated_tokens: 4,
        prefill: [
          { id: 1, text: 'Capital', logprob: null },
          { id: 2, text: '?', logprob: -1.5 },
        ],
        tokens: [],
        best_of_sequences: [{ generated_text: 'Lyon.', generated_tokens: 3, prefill: [], tokens: [] }],
      },
    },
    tokens: { inputTokens: 2, outputTokens: 7 },
  },
  {
    name: 'Text Generation Inference, end of a stream',
    source: 'huggingface/text-generation-inference: docs/openapi.json, StreamDetails',
    reported: {
      index: 4,
      token: { id: 5, text: '.', logprob: -0.1, special: false },
      generated_text: 'Paris.',
      details: { finish_reason: 'eos_token', generated_tokens: 4, input_length: 9, seed: null },
    },
    tokens: { inputTokens: 9, outputTokens: 4 },
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
  {
    name: 'Bedrock, Nova',
    source: 'BerriAI/litellm: tests/test_litellm/llms/bedrock/chat/test_converse_transformation.py',
    reported: {
      output: { message: { role: 'assistant', content: [{ text: 'Paris.' }] } },
      stopReason: 'end_turn',
      usage: {
        inputTokens: 3,
        outputTokens: 401,
        totalTokens: 2_193,
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokenCount: 1_789,
      },
    },
    tokens: { inputTokens: 1_792, outputTokens: 401, cacheReadTokens: 0, cacheWriteTokens: 1_789 },
  },
  {
    name: 'Bedrock, Llama',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html',
    reported: { generation: 'Paris.', prompt_token_count: 9, generation_token_count: 4, stop_reason: 'stop' },
    tokens: { inputTokens: 9, outputTokens: 4 },
  },
  {
    name: 'Bedrock, Titan',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html',
    reported: {
      inputTextTokenCount: 9,
      results: [{ tokenCount: 4, outputText: 'Paris.', completionReason: 'FINISHED' }],
    },
    tokens: { inputTokens: 9, outputTokens: 4 },
  },
  {
    name: 'Bedrock, Titan, end of a stream',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html',
    reported: { index: 0, inputTextTokenCount: 3, totalOutputTextTokenCount: 13, outputText: 'Paris.' },
    tokens: { inputTokens: 3, outputTokens: 13 },
  },
  {
    name: 'Bedrock, metrics that end a stream',
    source: 'lobehub/lobe-chat: packages/model-runtime/src/core/streams/bedrock/llama.ts',
    reported: {
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 100,
        outputTokenCount: 200,
        invocationLatency: 3_037,
        firstByteLatency: 2_635,
        cacheReadInputTokenCount: 600,
        cacheWriteInputTokenCount: 300,
      },
    },
    tokens: { ...plain, cacheReadTokens: 600, cacheWriteTokens: 300 },
  },
];
