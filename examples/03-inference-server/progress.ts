/** One line of progress: redrawn in place on a terminal, a new line every five seconds elsewhere. */

/** Stream that shows the progress. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Width of a terminal that does not report one. */
const defaultColumns = 80;

/** Shows the current line until the returned function is called. On a terminal, the last line remains. */
export function showProgress(output: Output, line: () => string): () => void {
  const redraws = output.isTTY === true;
  // A line that wraps could not be redrawn.
  const draw = () =>
    output.write(redraws ? `\r\u001b[K${line().slice(0, (output.columns || defaultColumns) - 1)}` : `${line()}\n`);
  if (redraws) draw();
  const timer = setInterval(draw, redraws ? 1_000 : 5_000);
  return () => {
    clearInterval(timer);
    if (!redraws) return;
    draw();
    output.write('\n');
  };
}
