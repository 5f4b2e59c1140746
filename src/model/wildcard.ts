/** Wildcard patterns of OpenTelemetry's views and configuration files. */

/**
 * Returns the regular expression of a wildcard pattern: `*` matches any number of characters, `?` exactly one.
 *
 * @param flags of the regular expression, such as `i` to ignore case or `s` to match line breaks.
 */
export function wildcardExpression(pattern: string, flags: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
}
