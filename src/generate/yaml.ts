/** YAML of generated files. */
import { stringify } from 'yaml';

/**
 * Returns a document as YAML, below comment lines that state where it comes from.
 *
 * Lines are not folded and objects are not shared by anchors, so that a small change stays a small difference.
 */
export function yamlText(document: unknown, header: readonly string[] = []): string {
  const comment = header.map((line) => `# ${line.replace(/[\r\n\u2028\u2029\u0085]+/g, ' ')}\n`).join('');
  return `${comment}${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' })}`;
}
