/** Longest line of the log in characters, with the prefix `[otelier] error: `. */
const maxLineLength = 200;

/** Returns the lines of the log that are too long. */
export function longLines(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('[otelier] ') && line.length > maxLineLength);
}
