/** Reads the service tier, which a price depends on, as providers report it. */
import { type Fields, objectOf } from './fields.js';

/** Tiers that have the listed price. `auto` is a request, not the tier that processed it. */
const standardTiers: readonly string[] = ['standard', 'default', 'on_demand', 'auto', 'traffic_type_unspecified'];

/** Maximum length of the name of a tier. */
const maxTierLength = 100;

/** Returns the name of a tier in lower case; an empty name for the standard tier. */
export function tierName(tier: string): string {
  const name = tier.trim().toLowerCase().slice(0, maxTierLength);
  return standardTiers.includes(name) ? '' : name.replace(/^on_demand_/, '');
}

/**
 * Returns the tier that processed a request, empty for the standard tier; `undefined` if no tier is reported. Anthropic's
 * fast mode, inference in the United States and credit for a fallback, and Bedrock's optimized latency, have their own prices
 * in addition: `fast`, `priority+us`.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function serviceTierOf(reported: unknown, usage: Fields | undefined): string | undefined {
  const response = objectOf(reported);
  // Bedrock's streams end with the event `metadata`.
  const metadata = objectOf(response?.['metadata']);
  const latency = objectOf(response?.['performanceConfig'] ?? metadata?.['performanceConfig'])?.['latency'];
  const credit = objectOf(objectOf(usage?.['fallback_credit'])?.['status'])?.['type'];
  const tier = [
    usage?.['service_tier'],
    response?.['service_tier'],
    objectOf(response?.['response'])?.['service_tier'],
    objectOf(response?.['response_metadata'])?.['service_tier'],
    objectOf(response?.['serviceTier'] ?? metadata?.['serviceTier'])?.['type'],
    usage?.['trafficType'],
  ].find((each) => typeof each === 'string') as string | undefined;
  const parts = [
    tierName(tier ?? ''),
    usage?.['speed'] === 'fast' ? 'fast' : '',
    usage?.['inference_geo'] === 'us' ? 'us' : '',
    latency === 'optimized' ? 'optimized' : '',
    credit === 'redeemed' ? 'fallback_credit' : '',
  ];
  const name = parts.filter((part) => part !== '').join('+');
  return name === '' && tier === undefined ? undefined : name;
}
