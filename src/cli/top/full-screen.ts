/** The screen of a terminal: takes it over, draws it, reports keys, and restores it. */
import { emitKeypressEvents, type Interface } from 'node:readline';
import { controlSequence } from '../../backends/console/terminal-text.js';
import type { Key } from './view.js';

/** Streams of a terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Events of a screen. */
export interface FullScreenEvents {
  key(key: Key): void;
  resize(): void;
  /** Called if the terminal was closed. */
  gone(): void;
}

/** A screen in use. */
export interface FullScreen {
  /** Draws lines from the top. While the terminal has not taken the last lines, only the newest are kept. */
  draw(lines: readonly string[]): void;
  /** Restores the terminal. Does nothing when called again. */
  close(): void;
}

/** Alternate screen, hidden cursor, no wrapping of long lines. */
const enter = ['?1049h', '?25l', '?7l'].map((code) => controlSequence + code).join('');
const leave = ['0m', '?7h', '?25h', '?1049l'].map((code) => controlSequence + code).join('');
/** Milliseconds in which the rest of a control sequence arrives after Escape. */
const escapeCodeTimeout = 50;

/** Takes over the terminal until `close`, also at the end of the process. */
export function openFullScreen({ input, output }: Terminal, events: FullScreenEvents): FullScreen {
  let waiting: readonly string[] | undefined;
  const onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean }) => events.key({ ...key, text });
  const onResize = () => events.resize();
  const onGone = () => events.gone();
  const write = (lines: readonly string[]) => {
    // Erased before the text: after a line that fills the screen, the cursor stands on its last character.
    output.write(`${controlSequence}H${lines.map((line) => `${controlSequence}K${line}`).join('\r\n')}`);
  };
  const onDrain = () => {
    if (waiting !== undefined) write(waiting);
    waiting = undefined;
  };
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    input.off('keypress', onKey);
    for (const event of ['end', 'error']) input.off(event, onGone);
    output.off('resize', onResize).off('drain', onDrain).off('error', onGone);
    output.write(leave);
    input.setRawMode(false);
    input.pause();
  };
  process.on('exit', close);
  // Only the timeout is read from the second argument.
  emitKeypressEvents(input, { escapeCodeTimeout } as unknown as Interface);
  input.on('keypress', onKey);
  for (const event of ['end', 'error']) input.on(event, onGone);
  output.on('resize', onResize).on('drain', onDrain).on('error', onGone);
  input.setRawMode(true);
  input.resume();
  output.write(enter);
  return {
    draw(lines) {
      if (output.writableNeedDrain) waiting = lines;
      else write(lines);
    },
    close,
  };
}
