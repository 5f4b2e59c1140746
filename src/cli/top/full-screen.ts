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
  /** Draws lines from the top, unless suspended. While the terminal has not taken the last lines, only the newest are kept. */
  draw(lines: readonly string[]): void;
  /** Restores the terminal, calls `stop`, which stops the process, and takes the terminal again when that continues. */
  suspend(stop: () => void): void;
  /** Takes the terminal again after a stop, in which a shell has changed its modes. */
  resume(): void;
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
  let isTaken = false;
  const take = () => {
    isTaken = true;
    input.setRawMode(true);
    output.write(enter);
  };
  const restore = () => {
    if (!isTaken) return;
    isTaken = false;
    waiting = undefined;
    output.write(leave);
    input.setRawMode(false);
  };
  const resume = () => {
    if (!isOpen) return;
    restore();
    take();
    events.resize();
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    input.off('keypress', onKey);
    for (const event of ['end', 'error']) input.off(event, onGone);
    output.off('resize', onResize).off('drain', onDrain).off('error', onGone);
    restore();
    input.pause();
  };
  process.on('exit', close);
  // Only the timeout is read from the second argument.
  emitKeypressEvents(input, { escapeCodeTimeout } as unknown as Interface);
  input.on('keypress', onKey);
  for (const event of ['end', 'error']) input.on(event, onGone);
  output.on('resize', onResize).on('drain', onDrain).on('error', onGone);
  take();
  input.resume();
  return {
    draw(lines) {
      if (!isTaken) return;
      if (output.writableNeedDrain) waiting = lines;
      else write(lines);
    },
    suspend(stop) {
      restore();
      stop();
      // Continues here, also if the process was not stopped: without a shell that could continue it, the signal is ignored.
      setImmediate(() => {
        if (!isTaken) resume();
      });
    },
    resume,
    close,
  };
}
