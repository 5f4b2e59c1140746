/** Which generation of OpenTelemetry's conventions for generative AI the metrics follow. */

/**
 * `legacy`: those up to version 1.41 of the semantic conventions, which are emitted in the field. `latest`: those of the
 * repository that the conventions for generative AI moved to. `both`: under both names, while dashboards move.
 */
export type Conventions = 'legacy' | 'latest' | 'both';

export const allConventions: readonly Conventions[] = ['legacy', 'latest', 'both'];

/** The category of `OTEL_SEMCONV_STABILITY_OPT_IN` that stands for the latest conventions. */
const category = 'gen_ai_latest_experimental';

/** What the environment opts in to; a category with `/dup` means both, and goes before one without. */
export function conventionsOf(environment: Readonly<Record<string, string | undefined>>): Conventions {
  const chosen = (environment['OTEL_SEMCONV_STABILITY_OPT_IN'] ?? '').split(',').map((each) => each.trim());
  if (chosen.includes(`${category}/dup`)) return 'both';
  return chosen.includes(category) ? 'latest' : 'legacy';
}
