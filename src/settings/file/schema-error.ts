/** Adds the schema error of `@opentelemetry/configuration` to the problems found here. */
import type { Report } from './config-node.js';

/**
 * Adds the message of a schema error, unless a problem at the same location is reported already.
 *
 * The package stops at the first error and names its location as a JSON pointer.
 */
export function addSchemaError(message: string, report: Report): void {
  const match = /(?:^|\s)(\/\S*|) (must .*)$/s.exec(message);
  const where = report.where(match === null ? '' : pathOf(match[1] ?? ''));
  const isReported = report.problems.some(
    (problem) => within(problem.where, where) || within(where, problem.where) || match === null,
  );
  if (!isReported) report.problems.push({ where, expected: `a value that fits the schema (${match?.[2] ?? message})` });
}

/** Converts a JSON pointer: `/readers/0/pull` becomes `readers[0].pull`; `~1` is an escaped slash (RFC 6901). */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

function within(inner: string, outer: string): boolean {
  return inner === outer || (inner.startsWith(outer) && /^[.:[]/.test(inner.slice(outer.length)));
}
