/** Translates the schema error of `@opentelemetry/configuration` into a problem of this package. */
import type { Problem } from '../../errors.js';
import type { Report } from './config-node.js';

/**
 * Returns the problem that a schema error describes; `undefined` for another error, such as a file that has vanished. The
 * message names its location as a JSON pointer.
 */
export function schemaProblem(message: string, report: Report): Problem | undefined {
  const match = /(?:^|\s)(\/\S*|) (must .*)$/s.exec(message);
  if (match === null) return undefined;
  const [, pointer = '', rule] = match;
  return { where: report.where(pathOf(pointer)), expected: `a value that fits the schema (${rule})` };
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
