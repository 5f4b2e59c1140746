/** The terminal, or whatever stdout is: its size and style, and tables that replace each other. */

import { controlSequence } from './terminal-text.js';

/** Stream such as `process.stdout`. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Number of bytes written by all of the process. */
  readonly bytesWritten?: number;
  write(text: string, done: (error?: Error | null) => void): unknown;
  once(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

/** Streams and settings of a screen. */
export interface ScreenOptions {
  readonly output: Output;
  /** Stream that may write to the same terminal, such as `process.stderr`. */
  readonly other: Pick<Output, 'isTTY' | 'bytesWritten'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True to replace the last text on a terminal. */
  readonly redraw: boolean;
}

const defaultRows = 24;

/** Screen prints texts. On a terminal each replaces the last one, unless the process wrote something in between. */
export class Screen {
  /** True if texts may contain ANSI styles. */
  readonly styled: boolean;
  readonly #options: ScreenOptions;
  readonly #movesCursor: boolean;
  /** The last text: its lines, the width of the terminal, and the bytes written when it was complete. */
  #last: { readonly lines: number; readonly columns: number | undefined; readonly bytes: number } | undefined;

  constructor(options: ScreenOptions) {
    const { output, environment, redraw } = options;
    const isTerminal = output.isTTY === true && environment['TERM'] !== 'dumb';
    this.#options = options;
    this.#movesCursor = isTerminal && redraw;
    this.styled = isTerminal && (environment['NO_COLOR'] ?? '') === '';
  }

  /** Width of the terminal; `undefined` if unknown. */
  get columns(): number | undefined {
    const { isTTY, columns } = this.#options.output;
    return isTTY === true && columns !== undefined && columns > 0 ? columns : undefined;
  }

  /** Maximum number of lines that can be replaced later. */
  get rows(): number {
    if (!this.#movesCursor) return Number.POSITIVE_INFINITY;
    // The cursor stands on the line below.
    return (this.#options.output.rows || defaultRows) - 1;
  }

  /** Reports whether the last text is the last thing on the terminal. */
  get replacesLast(): boolean {
    const last = this.#last;
    // A terminal wraps its lines anew when its width changes.
    return (
      last !== undefined && last.bytes === this.#bytes() && last.columns === this.columns && last.lines <= this.rows
    );
  }

  /** Prints lines. Rejects with the error of the stream. */
  async print(lines: readonly string[]): Promise<void> {
    const { output } = this.#options;
    // `CSI n A` moves the cursor up, `CSI J` erases from there to the end.
    const erase = this.replacesLast ? `${controlSequence}${this.#last?.lines}A${controlSequence}J` : '';
    // The callback reports the error. As an unhandled event it would end the process when a pipe is closed.
    const ignore = () => {};
    output.once('error', ignore);
    try {
      await new Promise<void>((resolve, reject) => {
        output.write(`${erase}${lines.join('\n')}\n`, (error) => (error ? reject(error) : resolve()));
        this.#last = this.#movesCursor
          ? { lines: lines.length, columns: this.columns, bytes: this.#bytes() }
          : undefined;
      });
    } finally {
      output.off('error', ignore);
    }
  }

  #bytes(): number {
    const { output, other } = this.#options;
    return (output.bytesWritten ?? 0) + (other.isTTY === true ? (other.bytesWritten ?? 0) : 0);
  }
}
