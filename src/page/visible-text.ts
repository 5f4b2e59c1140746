/** Escapes invisible characters of a text. */

/** Controls, marks of the direction of text, lone surrogates; neither line ends nor joiners of emoji and scripts. */
const invisible = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Escapes characters that could change how the text around them is read, such as U+202E, which reverses it. */
export function visibleText(text: string): string {
  return text.replace(invisible, (character) => {
    const hex = (character.codePointAt(0) as number).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}
