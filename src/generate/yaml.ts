/** YAML of generated files. */
import { type Document, parseDocument, type Tags, visit } from 'yaml';
import { wellFormed } from '../naming/escaping.js';

/**
 * Characters that a reader rejects or changes, unless they are escaped: controls, line breaks of YAML 1.1, the byte order
 * mark and what is no character.
 */
const unreadable = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Plain texts that only one version of YAML reads as a number, or as the key of a merge. */
const ambiguous = /^[-+]?(?:0o[0-7]+|\d+(?:\.\d*)?[eE][-+]?\d+)$|^<<$/;

/**
 * Returns a document as YAML, below comment lines that state where it comes from. Readers of YAML 1.1 and 1.2 read the same.
 *
 * Lines are not folded and objects are not shared by anchors, so that a small change stays a small difference. Halves of
 * surrogate pairs become the replacement character.
 */
export function yamlText(content: unknown, header: readonly string[] = []): string {
  const comment = header.map((line) => `# ${wellFormed(line).replace(unreadable, ' ').replace(/\n/g, ' ')}\n`);
  const document: Document = parseDocument('', { version: '1.1', customTags: withoutMerge });
  document.contents = document.createNode(content, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string') return;
      const text = wellFormed(node.value);
      node.value = text;
      if (text.search(unreadable) >= 0 || ambiguous.test(text)) node.type = 'QUOTE_DOUBLE';
    },
  });
  // Only quoted texts contain such characters now.
  return comment.join('') + document.toString({ lineWidth: 0 }).replace(unreadable, escaped);
}

/** A key `<<` is a text. */
function withoutMerge(tags: Tags): Tags {
  return tags.filter(
    (each) => each !== 'merge' && (typeof each === 'string' || each.tag !== 'tag:yaml.org,2002:merge'),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
