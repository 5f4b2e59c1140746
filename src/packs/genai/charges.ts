/** Reads what a price depends on besides tokens, as providers report it: the service tier, and tools with fees. */
import { countIn, type Fields, objectOf, sumOfKnown } from './fields.js';

/** Tiers that have the listed price. `auto` is a request, not the tier that processed it. */
const standardTiers: readonly string[] = ['standard', 'default', 'on_demand', 'auto', 'traffic_type_unspecified'];

/** Maximum length of the name of a tier, and number of output items that are read. */
const [maxTierLength, maxItems] = [100, 1_000];

/** Returns the name of a tier in lower case; an empty name for the standard tier. */
export function tierName(tier: string): string {
  const name = tier.trim().toLowerCase().slice(0, maxTierLength);
  return standardTiers.includes(name) ? '' : name.replace(/^on_demand_/, '');
}

/**
 * Returns the tier that processed a request, empty for the standard tier; `undefined` if no tier is reported. Anthropic's
 * fast mode and inference in the United States have their own prices in addition: `fast`, `priority+us`.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function serviceTierOf(reported: unknown, usage: Fields | undefined): string | undefined {
  const response = objectOf(reported);
  const tier = [
    usage?.['service_tier'],
    response?.['service_tier'],
    objectOf(response?.['response'])?.['service_tier'],
    objectOf(response?.['serviceTier'])?.['type'],
    usage?.['trafficType'],
  ].find((each) => typeof each === 'string') as string | undefined;
  const parts = [
    tierName(tier ?? ''),
    usage?.['speed'] === 'fast' ? 'fast' : '',
    usage?.['inference_geo'] === 'us' ? 'us' : '',
  ];
  const name = parts.filter((part) => part !== '').join('+');
  return name === '' && tier === undefined ? undefined : name;
}

/**
 * Returns the uses of tools that the provider charges for: Anthropic's web search, the searches of OpenAI's responses, and
 * the sources of xAI's live search. A use is NaN if its count is no whole number.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function toolUsesOf(reported: unknown, usage: Fields | undefined): Readonly<Record<string, number>> | undefined {
  const output = objectOf(reported)?.['output'] ?? objectOf(objectOf(reported)?.['response'])?.['output'];
  const items = Array.isArray(output) ? output.slice(0, maxItems) : [];
  const calls = (type: string) => items.filter((item) => objectOf(item)?.['type'] === type).length;
  const uses = {
    web_search: sumOfKnown(countIn(usage?.['server_tool_use'], 'web_search_requests'), calls('web_search_call')),
    file_search: calls('file_search_call'),
    live_search_source: countIn(usage, 'num_sources_used'),
  };
  const charged = Object.entries(uses).filter(([, count]) => count !== undefined && count !== 0);
  return charged.length === 0 ? undefined : (Object.fromEntries(charged) as Record<string, number>);
}
