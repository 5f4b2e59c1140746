/** Text for a terminal: escaped, measured in columns, and cut in the middle. */

/** Begins a control sequence of a terminal. */
export const controlSequence = `${String.fromCharCode(27)}[`;

/**
 * Characters as they are perceived: flags, emoji with modifiers and joiners, and anything with its combining marks.
 * The time of `Intl.Segmenter` grows with the square of the length, and some builds of Node do not have it.
 */
const perceived =
  /(?:\p{RI}{2}|\p{Emoji}(?:\p{EMod}|\ufe0f)*(?:\u200d\p{Emoji}(?:\p{EMod}|\ufe0f)*)*|[\s\S])(?:\p{M}|\u200c|\u200d|[\u1160-\u11ff])*/gu;

/** Blocks of characters that take two columns (Unicode's East_Asian_Width W and F), and emoji. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** Escapes characters that could change what else the terminal shows: controls, text direction, lone surrogates. */
export function visible(text: string): string {
  // Joiners of emoji and of scripts are kept.
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    if (code === 0x200c || code === 0x200d) return character;
    const hex = code.toString(16);
    return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** Returns the number of columns that text without control characters takes. */
export function widthOf(text: string): number {
  return isAscii(text) ? text.length : partsOf(text).reduce((width, part) => width + graphemeWidth(part), 0);
}

/** Returns `text` in at most `columns` columns; its middle is replaced by `…` if it is longer. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const parts = partsOf(text);
  let [head, tail, left] = [0, parts.length, columns - 1];
  for (let isTail = false; ; isTail = !isTail) {
    left -= graphemeWidth(parts[isTail ? tail - 1 : head] as string);
    if (left < 0) break;
    if (isTail) tail--;
    else head++;
  }
  return columns < 1 ? '' : `${parts.slice(0, head).join('')}…${parts.slice(tail).join('')}`;
}

/** Pads `text` with spaces to `columns` columns, on its left side if `right` is true. */
export function pad(text: string, columns: number, right = false): string {
  const spaces = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return right ? spaces + text : text + spaces;
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

function partsOf(text: string): string[] {
  return isAscii(text) ? text.split('') : (text.match(perceived) ?? []);
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{M}\u200c\u200d]*$/u.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}
