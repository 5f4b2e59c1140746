/** A fake terminal: keys that a test presses, and the screen that the output shows. */
import { PassThrough, Writable } from 'node:stream';
import type { Terminal } from '../../../src/cli/top/full-screen.js';

const controlCode = String.fromCharCode(27);

/** Sequences that keys send. */
export const keys = {
  up: `${controlCode}[A`,
  down: `${controlCode}[B`,
  pageUp: `${controlCode}[5~`,
  pageDown: `${controlCode}[6~`,
  home: `${controlCode}[H`,
  end: `${controlCode}[F`,
  enter: '\r',
  escape: controlCode,
  backspace: '\u007f',
  controlC: '\u0003',
  controlU: '\u0015',
} as const;

class FakeInput extends PassThrough {
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

class FakeOutput extends Writable {
  columns = 80;
  rows = 24;
  written = '';
  /** Takes a write only when called, if the terminal is slow. */
  take: (() => void) | undefined;
  isSlow = false;

  override _write(chunk: Buffer, _: unknown, done: () => void): void {
    this.written += chunk.toString();
    if (this.isSlow) this.take = done;
    else done();
  }
}

/** A fake terminal. */
export class FakeTerminal {
  readonly input = new FakeInput();
  readonly output = new FakeOutput({ highWaterMark: 1 });

  /** Its streams as those of a process. */
  get streams(): Terminal {
    return { input: this.input, output: this.output } as unknown as Terminal;
  }

  press(...sequences: readonly string[]): void {
    for (const sequence of sequences) this.input.write(sequence);
  }

  resize(columns: number, rows: number): void {
    this.output.columns = columns;
    this.output.rows = rows;
    this.output.emit('resize');
  }

  /** Lines of the last screen, without control sequences. */
  get lines(): string[] {
    const last = this.output.written.split(`${controlCode}[H`).at(-1) ?? '';
    const sequence = new RegExp(`${controlCode}\\[[?0-9]*[A-Za-z]`, 'g');
    return last.split('\r\n').map((line) => line.replace(sequence, '').trimEnd());
  }

  /** True while the alternate screen is shown. */
  get isTaken(): boolean {
    const { written } = this.output;
    return written.lastIndexOf('[?1049h') > written.lastIndexOf('[?1049l');
  }

  /** True while the cursor is hidden or lines do not wrap. */
  get isChanged(): boolean {
    const { written } = this.output;
    const isOff = (code: string) => written.lastIndexOf(`[?${code}l`) > written.lastIndexOf(`[?${code}h`);
    return isOff('25') || isOff('7') || this.input.isRaw;
  }
}
