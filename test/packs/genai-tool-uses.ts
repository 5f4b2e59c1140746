/** Responses with tools and other counters that have a fee of their own, or none, with the uses that are charged. */

interface ToolUses {
  readonly name: string;
  /** Documentation page, repository file, or package that shows the format or states the fee. */
  readonly source: string;
  readonly reported: object;
  /** Absent if nothing is charged beside the tokens. */
  readonly uses?: Readonly<Record<string, number>>;
}

const chat = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const tokens = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
const items = 'package openai 6.49: resources/responses/responses.d.ts, ResponseOutputItem';
const searchGuide = 'https://platform.openai.com/docs/guides/tools-web-search: search actions incur a tool call cost';
const codeExecution = 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/code-execution-tool';
const iterations = 'package @anthropic-ai/sdk 1.12: resources/beta/messages/messages.d.ts, BetaIterationsUsage';
const billedUnits = 'cohere-ai/cohere-typescript: src/api/types/ApiMetaBilledUnits.ts';
const grounding = 'https://ai.google.dev/api/generate-content#GroundingMetadata';

const free = [
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'mcp_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'computer_call',
  'computer_call_output',
  'local_shell_call',
  'local_shell_call_output',
  'shell_call',
  'shell_call_output',
  'apply_patch_call',
  'apply_patch_call_output',
  'tool_search_call',
  'tool_search_output',
  'program',
  'program_output',
  'additional_tools',
  'compaction',
];

const openai: readonly ToolUses[] = [
  ...free.map((type) => ({
    name: `OpenAI, ${type}`,
    source: items,
    reported: { output: [{ type }, { type }], usage: tokens },
  })),
  ...['web_search', 'file_search', 'code_interpreter', 'image_generation', 'later'].map((tool) => ({
    name: `OpenAI, ${tool}_call`,
    source: tool === 'later' ? 'a hosted tool that does not exist yet' : items,
    reported: { output: [{ type: `${tool}_call` }, { type: 'message' }, { type: `${tool}_call` }], usage: tokens },
    uses: { [tool]: 2 },
  })),
  {
    name: 'OpenAI, in the event of a stream',
    source: items,
    reported: {
      type: 'response.completed',
      response: { output: [{ type: 'image_generation_call' }], usage: tokens },
    },
    uses: { image_generation: 1 },
  },
  {
    name: 'OpenAI, a shell in a container of OpenAI',
    source: 'package openai 6.49: resources/responses/responses.d.ts, ResponseFunctionShellToolCall.environment',
    reported: {
      output: [
        { type: 'shell_call', environment: { type: 'container_reference', container_id: 'cntr_1' } },
        { type: 'shell_call', environment: { type: 'local' } },
        { type: 'shell_call', environment: null },
      ],
      usage: tokens,
    },
    uses: { shell: 1 },
  },
  {
    name: 'OpenAI, pages that are opened after a search',
    source: searchGuide,
    reported: {
      output: [
        { type: 'web_search_call', action: { type: 'search', query: 'a' } },
        { type: 'web_search_call', action: { type: 'open_page', url: 'b' } },
        { type: 'web_search_call', action: { type: 'find_in_page', url: 'b', pattern: 'c' } },
      ],
      usage: tokens,
    },
    uses: { web_search: 1 },
  },
  {
    name: 'LangChain, tools of OpenAI',
    source: 'langchain-ai/langchainjs: libs/providers/langchain-openai/src/converters/responses.ts, tool_outputs',
    reported: { usage_metadata: tokens, additional_kwargs: { tool_outputs: [{ type: 'code_interpreter_call' }] } },
    uses: { code_interpreter: 1 },
  },
];

const anthropic: readonly ToolUses[] = [
  {
    name: 'Anthropic, code execution and searches in the usage',
    source: `${codeExecution}, usage.server_tool_use`,
    reported: {
      usage: {
        ...tokens,
        server_tool_use: { web_search_requests: 2, web_fetch_requests: 9, code_execution_requests: 1 },
      },
    },
    uses: { web_search: 2, code_execution: 1 },
  },
  {
    name: 'Anthropic, web fetch',
    source: 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool: no additional charge',
    reported: { usage: { ...tokens, server_tool_use: { web_search_requests: 0, web_fetch_requests: 9 } } },
  },
  {
    name: 'Anthropic, code execution in the content',
    source: 'package @anthropic-ai/sdk 1.12: resources/messages/messages.d.ts, ServerToolUseBlock',
    reported: {
      content: [
        { type: 'server_tool_use', name: 'code_execution' },
        { type: 'server_tool_use', name: 'bash_code_execution' },
        { type: 'server_tool_use', name: 'text_editor_code_execution' },
        { type: 'text', text: 'Paris.' },
      ],
      usage: tokens,
    },
    uses: { code_execution: 3 },
  },
  {
    name: 'Anthropic, code execution that web search includes',
    source: `${codeExecution}: free when used with web search or web fetch`,
    reported: {
      content: [
        { type: 'server_tool_use', name: 'code_execution' },
        { type: 'server_tool_use', name: 'web_fetch', caller: { type: 'code_execution_20260120' } },
      ],
      usage: tokens,
    },
  },
  {
    name: 'Anthropic, code execution beside a search that it did not call',
    source: `${codeExecution}: standard charges apply without web_search_20260209`,
    reported: {
      content: [
        { type: 'server_tool_use', name: 'code_execution' },
        { type: 'server_tool_use', name: 'web_search', caller: { type: 'direct' } },
      ],
      usage: { ...tokens, server_tool_use: { web_search_requests: 1 } },
    },
    uses: { code_execution: 1, web_search: 1 },
  },
  {
    name: 'Anthropic, other tools of the server',
    source: 'package @anthropic-ai/sdk 1.12: resources/beta/messages/messages.d.ts, BetaServerToolUseBlock',
    reported: {
      content: ['web_search', 'web_fetch', 'tool_search_tool_regex', 'tool_search_tool_bm25', 'advisor'].map(
        (name) => ({ type: 'server_tool_use', name }),
      ),
      usage: tokens,
    },
  },
  {
    name: 'Anthropic, an advisor, whose tokens have the price of another model',
    source: iterations,
    reported: {
      usage: {
        ...tokens,
        iterations: [
          { type: 'message', input_tokens: 5, output_tokens: 2 },
          { type: 'advisor_message', model: 'n', input_tokens: 900, output_tokens: 90 },
          { type: 'message', input_tokens: 5, output_tokens: 3 },
        ],
      },
    },
    uses: { advisor: 1 },
  },
  {
    name: 'Anthropic, a fallback to another model',
    source: iterations,
    reported: { usage: { ...tokens, iterations: [{ type: 'message' }, { type: 'fallback_message', model: 'n' }] } },
    uses: { fallback: 1 },
  },
  {
    name: 'LangChain, searches of Anthropic',
    source: 'langchain-ai/langchainjs: libs/providers/langchain-anthropic/src/utils/message_outputs.ts',
    reported: {
      usage_metadata: tokens,
      response_metadata: { usage: { server_tool_use: { web_search_requests: 2 } } },
    },
    uses: { web_search: 2 },
  },
];

const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
const others: readonly ToolUses[] = [
  {
    name: 'Gemini, searches, of which empty and repeated queries are not billed',
    source: `${grounding}; https://discuss.ai.google.dev/t/168136`,
    reported: { candidates: [{ groundingMetadata: { webSearchQueries: ['a', '', 'b', 'a'] } }], usageMetadata },
    uses: { google_search: 2 },
  },
  {
    name: 'Gemini, places',
    source: grounding,
    reported: {
      candidates: [{ groundingMetadata: { groundingChunks: [{ maps: { uri: 'a' } }, { maps: { uri: 'b' } }] } }],
      usageMetadata,
    },
    uses: { google_maps: 1 },
  },
  {
    name: 'Gemini, an answer without grounding',
    source: grounding,
    reported: { candidates: [{ content: {}, groundingMetadata: {} }], usageMetadata },
  },
  {
    name: 'xAI, sources',
    source: 'https://docs.x.ai/developers/tools/tool-usage-details',
    reported: { usage: { ...chat, num_sources_used: 3 } },
    uses: { live_search_source: 3 },
  },
  {
    name: 'xAI, tools of the server',
    source: 'https://docs.x.ai/developers/tools/tool-usage-details',
    reported: {
      output: [{ type: 'custom_tool_call', name: 'x_keyword_search' }],
      usage: {
        ...tokens,
        num_sources_used: 0,
        num_server_side_tools_used: 6,
        server_side_tool_usage_details: { web_search_calls: 1, x_search_calls: 3, mcp_calls: 2, file_search_calls: 0 },
      },
    },
    uses: { web_search: 1, x_search: 3 },
  },
  {
    name: 'Perplexity, deep research',
    source: 'https://docs.perplexity.ai/getting-started/pricing',
    reported: { usage: { ...chat, citation_tokens: 7, num_search_queries: 2 } },
    uses: { citation_token: 7, web_search: 2 },
  },
  {
    name: 'Mistral, connectors',
    source: 'crate mistral-openapi-client 0.1.0: docs/ConversationUsageInfo.md',
    reported: {
      usage: {
        prompt_tokens: 188,
        completion_tokens: 55,
        total_tokens: 7_355,
        connector_tokens: 7_112,
        connectors: { web_search: 1 },
      },
    },
    uses: { connector_token: 7_112, web_search: 1 },
  },
  {
    name: 'Mistral, without connectors',
    source: 'https://docs.mistral.ai/agents/connectors/connectors',
    reported: { usage: { ...chat, connector_tokens: null, connectors: null, prompt_audio_seconds: null } },
  },
  {
    name: 'Mistral, audio, which has a price per second',
    source: 'mistralai/client-ts: src/models/components/usageinfo.ts',
    reported: { usage: { ...chat, prompt_audio_seconds: 20 } },
    uses: { audio_second: 20 },
  },
  {
    name: 'Cohere, units beside tokens',
    source: billedUnits,
    reported: {
      meta: { billed_units: { input_tokens: 10, output_tokens: 5, search_units: 2, classifications: 3, images: 4 } },
    },
    uses: { search_unit: 2, classification: 3, image: 4 },
  },
  {
    name: 'Cohere, units in the spelling of its client',
    source: billedUnits,
    reported: { usage: { billedUnits: { inputTokens: 10, outputTokens: 5, searchUnits: 2 } } },
    uses: { search_unit: 2 },
  },
  {
    name: 'OpenRouter, calls of tools without a fee',
    source: 'https://openrouter.ai/docs/client-sdks/python/components/bodyservertooluse',
    reported: { usage: { ...chat, server_tool_use: { tool_calls_requested: 3, tool_calls_executed: 2 } } },
  },
];

export const toolUses: readonly ToolUses[] = [...openai, ...anthropic, ...others];
