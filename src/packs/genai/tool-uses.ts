/**
 * Reads the uses of tools, and other counters, that a provider charges for in addition to tokens.
 *
 * test/packs/genai-tool-uses.ts has an example and the source of each counter, and of tools without a fee.
 */
import { countIn, type Fields, objectOf } from './fields.js';

/** Maximum number of items that are read from a list, and of counters that are read from an object. */
const [maxItems, maxCounters] = [1_000, 64];

/** Tools of OpenAI's responses that have no fee: the application runs them, or their cost is in the tokens. */
const freeCalls = ['function', 'custom_tool', 'mcp', 'computer', 'local_shell', 'apply_patch', 'tool_search'];
/** Counters of tools that have no fee. */
const freeCounters = ['web_fetch', 'tool_search', 'mcp'];

type Use = readonly [tool: string, count: number | undefined];

/**
 * Returns the uses of tools that the provider charges for, by tool; `undefined` without any. A use is NaN if its count is no
 * whole number. Hosted tools of OpenAI that are unknown count as charged.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function toolUsesOf(reported: unknown, usage: Fields | undefined): Readonly<Record<string, number>> | undefined {
  const message = objectOf(reported);
  // LangChain passes the usage and the hosted tools of the provider on.
  const own = objectOf(objectOf(message?.['response_metadata'])?.['usage']);
  const items = [
    ...listOf(message?.['output'] ?? objectOf(message?.['response'])?.['output']),
    ...listOf(objectOf(message?.['additional_kwargs'])?.['tool_outputs']),
  ];
  const uses = new Map<string, number>();
  for (const [tool, count] of [
    ...tally(items.map(hostedTool)),
    ...tally(codeExecutions(message)),
    ...tally(listOf(usage?.['iterations']).map(otherModel)),
    ...tally(searchQueries(message)),
    ...countersOf(usage),
    ...countersIn(own?.['server_tool_use'], /_requests$/),
  ]) {
    // A response may report the same uses as items and as a counter.
    if (count !== undefined && count !== 0) uses.set(tool, Math.max(uses.get(tool) ?? 0, count));
  }
  return uses.size === 0 ? undefined : Object.fromEntries(uses);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, maxItems) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function tally(tools: readonly (string | undefined)[]): Use[] {
  const counts = new Map<string, number>();
  for (const tool of tools) if (tool !== undefined) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  return [...counts];
}

/** Returns the hosted tool that an output item of OpenAI's responses is a call of. */
function hostedTool(item: unknown): string | undefined {
  const { type, action, environment } = objectOf(item) ?? {};
  const [tool = ''] = /^.+(?=_call$)/.exec(textOf(type)) ?? [];
  if (tool === '' || freeCalls.includes(tool)) return undefined;
  // A search is charged, reading its pages is not. A shell is charged if it runs in a container of OpenAI.
  if (tool === 'web_search' && (objectOf(action)?.['type'] ?? 'search') !== 'search') return undefined;
  if (tool === 'shell' && objectOf(environment)?.['type'] !== 'container_reference') return undefined;
  return tool;
}

/** Returns the code executions in a message of Anthropic. Those of a web search or web fetch are free, and make all free. */
function codeExecutions(message: Fields | undefined): string[] {
  const blocks = [...listOf(message?.['content']), message?.['content_block']].map((block) => objectOf(block) ?? {});
  const tools = blocks.filter(({ type }) => type === 'server_tool_use');
  const isFree = tools.some(
    ({ name, caller }) =>
      (name === 'web_search' || name === 'web_fetch') &&
      textOf(objectOf(caller)?.['type']).startsWith('code_execution'),
  );
  const executions = tools.filter(({ name }) => textOf(name).endsWith('code_execution'));
  return isFree ? [] : executions.map(() => 'code_execution');
}

/** Returns the kind of an iteration of Anthropic whose tokens have the price of another model: `advisor`, `fallback`. */
function otherModel(iteration: unknown): string | undefined {
  const type = textOf(objectOf(iteration)?.['type']);
  return ['', 'message', 'compaction'].includes(type) ? undefined : type.replace(/_message$/, '');
}

/** Returns the searches in a response of Gemini: one for each query, and one for all places. */
function searchQueries(response: Fields | undefined): string[] {
  const grounding = objectOf(objectOf(listOf(response?.['candidates'])[0])?.['groundingMetadata']);
  const queries = new Set(listOf(grounding?.['webSearchQueries']).filter((query) => query !== ''));
  const hasPlaces = listOf(grounding?.['groundingChunks']).some((chunk) => objectOf(chunk)?.['maps'] !== undefined);
  return [...[...queries].map(() => 'google_search'), ...(hasPlaces ? ['google_maps'] : [])];
}

/** Returns the counters of a usage object that have a fee. */
function countersOf(usage: Fields | undefined): Use[] {
  const billed = usage?.['billed_units'] ?? usage?.['billedUnits'];
  return [
    ...countersIn(usage?.['server_tool_use'], /_requests$/), // Anthropic, OpenRouter
    ...countersIn(usage?.['server_side_tool_usage_details'], /(_calls)?$/), // xAI
    ['live_search_source', countIn(usage, 'num_sources_used')], // xAI
    ['web_search', countIn(usage, 'num_search_queries')], // Perplexity
    ['citation_token', countIn(usage, 'citation_tokens')], // Perplexity
    ...countersIn(usage?.['connectors'], /$/), // Mistral
    ['connector_token', countIn(usage, 'connector_tokens')], // Mistral
    ['audio_second', countIn(usage, 'prompt_audio_seconds')], // Mistral
    ['search_unit', countIn(billed, 'search_units') ?? countIn(billed, 'searchUnits')], // Cohere
    ['classification', countIn(billed, 'classifications')], // Cohere
    ['image', countIn(billed, 'images')], // Cohere
  ];
}

/** Returns the members of an object whose names match, under their names without the match. */
function countersIn(counters: unknown, ending: RegExp): Use[] {
  const fields = objectOf(counters);
  if (fields === undefined) return [];
  const names = Object.keys(fields).filter((name) => ending.test(name));
  const uses = names.slice(0, maxCounters).map((name): Use => [name.replace(ending, ''), countIn(fields, name)]);
  return uses.filter(([tool]) => !freeCounters.includes(tool));
}
