/** What OpenTelemetry's own check of a file against the schema adds to what was found here. */
import type { Report } from './place.js';

/**
 * Enters the complaint of `@opentelemetry/configuration`, unless what was found says the same more clearly. That package
 * stops at the first thing that is wrong, and names a place as a JSON pointer.
 */
export function addComplaint(complaint: string, report: Report): void {
  const match = /(?:^|\s)(\/\S*|) (must .*)$/s.exec(complaint);
  const where = report.where(match === null ? '' : pathOf(match[1] ?? ''));
  const isTold = report.problems.some(
    (problem) => within(problem.where, where) || within(where, problem.where) || match === null,
  );
  if (!isTold) report.problems.push({ where, expected: `what the schema asks for (${match?.[2] ?? complaint})` });
}

/** `/readers/0/pull` is `readers[0].pull`; `~1` stands for a slash in a key (RFC 6901). */
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
