/** Selects the generation of OpenTelemetry's conventions for generative AI that names the metrics. */

/**
 * `legacy`: version 1.41 of the semantic conventions and earlier, as most instrumentations emit. `latest`: release v0.1.0 of
 * the separate repository of the conventions for generative AI. `both`: the names of both, for the migration of dashboards.
 */
export type Conventions = 'legacy' | 'latest' | 'both';

export const allConventions: readonly Conventions[] = ['legacy', 'latest', 'both'];

/** The value of `OTEL_SEMCONV_STABILITY_OPT_IN` that selects the latest conventions. */
const category = 'gen_ai_latest_experimental';

/** Returns the conventions that the environment selects. The suffix `/dup` selects both, and takes precedence. */
export function conventionsOf(environment: Readonly<Record<string, string | undefined>>): Conventions {
  const selected = (environment['OTEL_SEMCONV_STABILITY_OPT_IN'] ?? '').split(',').map((value) => value.trim());
  if (selected.includes(`${category}/dup`)) return 'both';
  return selected.includes(category) ? 'latest' : 'legacy';
}
